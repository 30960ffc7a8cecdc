import type { Desk, Said } from '../cli.js'
import { labHost } from '../host.js'
import type { Debian } from '../image.js'
import { inside } from '../inside.js'
import { applied, deskFor, environmentOf, expect, expectWanted, expectWhole, nameOf } from './ground.js'
import type { Scenario } from './scenario.js'

/** Packages, users, files and rules, as whoever owned the server before would look for them. */
const INVENTORY = `dpkg-query -W -f '\${db:Status-Abbrev} \${Package}\\n'
cut -d: -f1,3,6,7 /etc/passwd; cut -d: -f1,4 /etc/group
for f in iptables ip6tables; do if command -v $f >/dev/null; then $f -S; fi; done
find /etc /home /root /opt /srv /usr/local -xdev -type f ! -name '*-' ! -name ld.so.cache ! -name .bash_history -exec sha256sum {} + | sort -k 2`

/** With the tracker goes what its database has counted. */
const destroyed = async (desk: Desk): Promise<Said> => {
  const said = await desk.run('destroy', '--yes', '--accept-loss', 'tracker.main')
  expect(said.code === 0, 'destroy failed', said)
  return said
}

const onServer = (cli: string, debian: Debian, says: string, applies: (desk: Desk, name: string) => Promise<void>): Scenario => ({
  says: `on an existing Debian ${debian} ${says}, and destroy leaves what was there before`,
  play: async () => {
    const name = nameOf(`server-${debian}`)
    const host = await labHost({ name, debian })
    const desk = deskFor(
      cli,
      environmentOf(name, { provider: { kind: 'ssh', host: host.address }, ssh: { user: host.ssh.user, key: host.ssh.key } }),
    )
    const before = await inside(name, INVENTORY)
    await applies(desk, name)
    await expectWhole(name)
    const said = await destroyed(desk)
    await destroyed(desk)
    const left = changes(before, await inside(name, INVENTORY))
    expect(left.length === 0, `destroy left or took:\n${left.join('\n')}`, said)
    await host.remove()
    desk.remove()
  },
})

const changes = (before: string, after: string): ReadonlyArray<string> => {
  const [then, now] = [before, after].map(text => new Set(text.split('\n'))) as [Set<string>, Set<string>]
  return [
    ...[...then].filter(line => !now.has(line)).map(line => `- ${line}`),
    ...[...now].filter(line => !then.has(line)).map(line => `+ ${line}`),
  ]
}

export const onDebian13 = (cli: string): Scenario =>
  onServer(cli, '13', 'all converges, a second plan is empty', async (desk, name) => {
    await applied(desk, name)
    await expectWanted(desk, name)
  })

/** Its compose is too old, and Docker's own archive is out of the lab's reach. */
export const onDebian12 = (cli: string): Scenario =>
  onServer(cli, '12', 'machine and firewall converge and docker tells that its archive is out of reach', async desk => {
    const run = desk.start(['apply', '--yes'])
    await Promise.all([run.said(/ARCHIVE_UNREACHABLE/), run.said(/^done +firewall\.main/m)])
    run.kill('SIGINT')
    const said = await run.ended
    expect(said.code === 130 && /docker\.main/.test(said.stdout + said.stderr), 'docker was not left off', said)
    const plan = await desk.run('plan')
    expect(/: (3 create|2 create, 1 update), 2 unchanged/.test(plan.stdout), 'more than docker and what stands on it is left to do', plan)
  })
