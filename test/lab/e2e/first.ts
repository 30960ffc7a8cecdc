import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Desk } from '../cli.js'
import { inside } from '../inside.js'
import { applied, ENCODED, expect, expectWanted, isWanted, SECRET, watchArgvs } from './ground.js'
import type { Scenario } from './scenario.js'

const KEPT_AT = '/etc/docker/deployer-'

/** Every file below a folder, with its bytes. */
const filesIn = (folder: string): ReadonlyArray<readonly [string, string]> =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => [entry.name, readFileSync(join(entry.parentPath, entry.name), 'latin1')])

const holdsSecret = (text: string): boolean => text.includes(SECRET) || text.includes(ENCODED)

export const first = (desk: Desk, name: string): Scenario => ({
  says: 'one apply makes a machine out of nothing, its secret shows in no argument list, file or word, and a second plan is empty',
  play: async () => {
    const fresh = await desk.run('plan', '--detailed-exitcode')
    expect(fresh.code === 2 && fresh.stdout.includes('no machine yet: 5 create'), 'the first plan does not create five', fresh)
    const watched = watchArgvs([SECRET, ENCODED])
    const apply = await applied(desk, name)
    const { seen, looks } = watched()
    expect(apply.stdout.includes(`${name} is up: 5 created`) && apply.stdout.includes('9 checks ok'), 'not up', apply)
    expect(looks > 50 && seen.length === 0, `in an argument list (${looks} looks): ${seen.join('\n')}`)
    const told = filesIn(join(desk.folder, '.deployer')).filter(([, bytes]) => holdsSecret(bytes))
    expect(told.length === 0, `in clear in ${told.map(([file]) => file).join(', ')}`)
    const spoken = await desk.run('plan', '--steps', '-vvv', '--json')
    expect(![apply, fresh, spoken].some(({ stdout, stderr }) => holdsSecret(stdout + stderr)), 'the secret was printed')
    const on = await inside(name, `grep -rlF -e '${SECRET}' -e '${ENCODED}' /etc /var /run /root /home /tmp /opt 2>/dev/null || true`)
    expect(on === `${KEPT_AT}${name}/config.json\n`, `on the host it is in:\n${on}`)
    const mode = await inside(name, `stat -c '%a %U' ${KEPT_AT}${name}/config.json`)
    expect(mode === '600 root\n', `the file of the secret is ${mode}`)
    await expectWanted(desk, name)
    const again = await desk.run('apply', '--yes')
    expect(isWanted(again, name), 'a second apply does something', again)
  },
})
