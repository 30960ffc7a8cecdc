import { words } from '../words.js'
import { keysOf, linesOf, type Question } from './question.js'

/** As sysctl has it: a dot in a name is written as a slash. */
export const sysctlPath = (key: string): string => `/proc/sys/${key.replace(/[./]/g, one => (one === '.' ? '/' : '.'))}`

/** Not read by the shell itself: it reads byte by byte, and such a file ends after the first. */
export const sysctls: Question<'sysctl'> = {
  ask: 'sysctl',
  script: probes => `set --
for p in ${words(keysOf(probes).map(sysctlPath))}; do if [ -e "$p" ]; then set -- "$@" "$p"; fi; done
if [ $# -gt 0 ]; then grep -H '' -- "$@"; fi`,
  parse: (text, probes) => {
    const values = new Map(linesOf(text).map(line => [line.slice(0, line.indexOf(':')), { value: line.slice(line.indexOf(':') + 1) }]))
    return new Map(
      keysOf(probes).flatMap(key => {
        const value = values.get(sysctlPath(key))
        return value === undefined ? [] : [[key, value] as const]
      }),
    )
  },
}

/** A name that the host itself does not find makes sudo complain, and wait for name servers. */
export const settings: Question<'setting'> = {
  ask: 'setting',
  script: () => `name=$(uname -n)
if getent -s files hosts "$name" >/dev/null; then printf 'hostname %s\\n' "$name"; else printf 'hostname %s, not in /etc/hosts\\n' "$name"; fi
zone=$(readlink /etc/localtime) || zone=Etc/UTC
printf 'timezone %s\\n' "\${zone##*/zoneinfo/}"`,
  parse: text => new Map(linesOf(text).map(line => [line.slice(0, line.indexOf(' ')), { value: line.slice(line.indexOf(' ') + 1) }])),
}
