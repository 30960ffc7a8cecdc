import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { KEY } from '../cache.js'
import { type Desk, deskOf, type Said, told } from '../cli.js'
import { inside } from '../inside.js'
import { asRoot, must, run } from '../run.js'

/** Of all that these scenarios make: what bears it and stands there before they begin is of a run that was killed. */
const PREFIX = 'g-e2e'
const TODO = 'see what the scenario did; npm run e2e begins by clearing away what is left'

export const SECRET = 'kept.Out-of_sight'
/** The same as registries' clients write it down. */
export const ENCODED = Buffer.from(`ops:${SECRET}`).toString('base64').slice(0, -4)

export const nameOf = (what: string): string => `${PREFIX}-${what}`

export const environmentOf = (name: string, over: object = {}): object => ({
  name,
  provider: { kind: 'lxd' },
  ssh: { key: KEY },
  firewall: { allow: [{ port: 9100 }] },
  docker: { registries: { 'registry.example.com': { user: 'ops', password: { env: 'E2E_SECRET' } } } },
  tracker: { udp: [6969] },
  ...over,
})

export const deskFor = (cli: string, environment: object): Desk => deskOf(cli, environment, { E2E_SECRET: SECRET })

export const machines = async (): Promise<ReadonlyArray<string>> =>
  (await must(['lxc', 'list', '-f', 'csv', '-c', 'n'], TODO)).split('\n').filter(name => name.startsWith(`${PREFIX}-`))

const RULE = ['-m', 'comment', '--comment', PREFIX, '-j', 'DROP']

/** Neither side hears of the other any more on ssh's port; what the host does otherwise goes on. */
export const cutOff = async (address: string): Promise<() => Promise<void>> => {
  const rules = [
    ['OUTPUT', '-d', address, '-p', 'tcp', '--dport', '22', ...RULE],
    ['INPUT', '-s', address, '-p', 'tcp', '--sport', '22', ...RULE],
  ]
  for (const rule of rules) await must(asRoot(['iptables', '-w', '-I', ...rule]), TODO)
  return async () => {
    for (const rule of rules) await must(asRoot(['iptables', '-w', '-D', ...rule]), TODO)
  }
}

const mendAll = async (): Promise<void> => {
  const { stdout } = await run(asRoot(['iptables', '-w', '-S']))
  for (const line of stdout.split('\n'))
    if (line.includes(`--comment ${PREFIX} `) || line.includes(`--comment "${PREFIX}" `))
      await run(asRoot(['iptables', '-w', '-D', ...line.slice(3).replaceAll('"', '').split(' ')]))
}

export const clearAway = async (): Promise<void> => {
  await mendAll()
  for (const name of await machines()) await must(['lxc', 'delete', '--force', name], TODO)
}

/** Every process of this machine, those in its containers too. */
const argvs = (): ReadonlyArray<string> =>
  readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(pid => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ')]
      } catch {
        return []
      }
    })

/** Argument lists in which any of the words is seen until it is asked for them. */
export const watchArgvs = (words: ReadonlyArray<string>): (() => { readonly seen: ReadonlyArray<string>; readonly looks: number }) => {
  const seen = new Set<string>()
  let looks = 0
  const timer = setInterval(() => {
    looks += 1
    for (const argv of argvs()) if (words.some(word => argv.includes(word))) seen.add(argv)
  }, 20)
  return () => {
    clearInterval(timer)
    return { seen: [...seen], looks }
  }
}

/** A failed expectation that shows what a person would have seen. */
export const expect = (is: boolean, what: string, said?: Said): void => {
  if (!is) throw new Error(said === undefined ? what : `${what}\n${told(said)}`)
}

export const isWanted = ({ code, stdout }: Said, name: string): boolean =>
  code === 0 && new RegExp(`^${name} on (lxd|ssh), \\S+: \\d+ as wanted\\n`).test(stdout)

/** As a person finds out: the second plan is one line, and a pipeline gets 0. */
export const expectWanted = async (desk: Desk, name: string): Promise<void> => {
  const plan = await desk.run('plan', '--detailed-exitcode')
  expect(isWanted(plan, name), 'the second plan is not empty', plan)
}

export const applied = async (desk: Desk, name: string): Promise<Said> => {
  const said = await desk.run('apply', '--yes')
  expect(said.code === 0, `apply of ${name} failed`, said)
  return said
}

export const addressOf = async (name: string): Promise<string> =>
  (await inside(name, `ip -4 -o addr show dev eth0 scope global | sed 's/.*inet \\([0-9.]*\\).*/\\1/'`)).trim()

/** Nothing on the machine is half installed, on trial, or there twice. */
export const expectWhole = async (name: string): Promise<void> => {
  const torn = await inside(name, `dpkg --audit; dpkg-query -f '\${db:Status-Abbrev} \${Package}\\n' -W | grep -vE '^(ii|rc) ' || true`)
  expect(torn === '', `packages of ${name} are broken:\n${torn}`)
  const twice = await inside(
    name,
    `for f in iptables ip6tables; do $f -S | grep '^-A ufw-user-input\\|^-A DEPLOYER' | sort | uniq -d; done
sort /home/*/.ssh/authorized_keys | uniq -d
if command -v docker >/dev/null; then docker ps -a --format '{{.Names}} {{.State}}' 2>/dev/null | grep -vx '${name}-tracker-1 running'; fi
for u in /run/deployer/*/batch; do if [ -f "$u" ] && ! flock -n "$u" true; then echo "at work: $u"; fi; done`,
  )
  expect(twice === '', `on ${name} there is too much:\n${twice}`)
}

/** Neither LXD nor this folder knows of it any more. */
export const expectGone = async (desk: Desk, name: string): Promise<void> => {
  const known = join(desk.folder, '.deployer', 'known_hosts')
  const left = [
    ...(await machines()).filter(one => one === name).map(one => `the machine ${one}`),
    ...(await listed(['storage', 'volume', 'list', 'default'])).filter(line => line.includes(`,${name},`)),
    ...(await listed(['network', 'list-leases', 'lxdbr0'])).filter(line => line.startsWith(`${name},`)),
    ...(existsSync(known) ? readFileSync(known, 'utf8').split('\n') : []).filter(line => line.startsWith(`${name} `)),
  ]
  expect(left.length === 0, `left of ${name}:\n${left.join('\n')}`)
}

const listed = async (of: ReadonlyArray<string>): Promise<ReadonlyArray<string>> =>
  (await must(['lxc', ...of, '-f', 'csv'], TODO)).split('\n')
