import { words } from '../words.js'
import { keysOf, linesOf, type Question } from './question.js'

/** dpkg-query ends with 1 when one of the names is unknown to it. */
export const packages: Question<'package'> = {
  ask: 'package',
  script: probes =>
    `LC_ALL=C dpkg-query -W -f='\${db:Status-Status} \${Version} \${Package}\\n' -- ${words(keysOf(probes))} 2>/dev/null || [ $? -eq 1 ]`,
  parse: text =>
    new Map(
      linesOf(text).flatMap(line => {
        const [status, version = '', name = ''] = line.split(' ')
        return status === 'installed' ? [[name, { version }] as const] : []
      }),
    ),
}
