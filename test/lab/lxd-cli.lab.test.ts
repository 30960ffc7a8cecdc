/** LXD from a user's hands: `npm run lab -- up`, then `npm test -- lxd-cli.lab`. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { KEY } from './cache.js'
import { builtCli, type Desk, deskOf, type Said, told } from './cli.js'
import { CONFIG, DEVICES } from './ground.js'
import { isLabPossible } from './host.js'
import { find, lxc, query } from './lxd.js'
import { run } from './run.js'

const test = suite('lxd by hand')
const NAME = 'b-lxd-cli'
const NETWORK = 'b-lxd-net'
/** As people have them: a disk and a network, and nothing for Docker. */
const PROFILES = ['b-lxd-plain', 'b-lxd-more'] as const
const { 'security.nesting': _, ...CONTAINER } = CONFIG

interface Shown {
  readonly status: string
  readonly config: { readonly [key: string]: string }
  readonly expanded_devices: { readonly [name: string]: { readonly [key: string]: string } }
}
const shown = (name = NAME): Promise<Shown | undefined> => find(`/1.0/instances/${name}`)

const environment = (provider: object = {}, vm: object = {}): object => ({
  name: NAME,
  provider: { kind: 'lxd', profiles: [PROFILES[0]], ...provider, config: { ...CONTAINER, ...(provider as { config?: object }).config } },
  ssh: { key: KEY },
  vm: { cpus: 1, memory: '512MiB', disk: '5GiB', upgrades: 'none', ...vm },
  // A secret of its own: a generated one goes with the state.
  tracker: { udp: [6969], api: { admin_token: { env: 'LAB_TOKEN' } } },
})
const env = { LAB_TOKEN: 'a token of the lab' }

const clearAway = async (): Promise<void> => {
  for (const name of [NAME, `${NAME}-copy`]) await run(['lxc', 'delete', '--force', name])
  for (const profile of PROFILES) await run(['lxc', 'profile', 'delete', profile])
  await run(['lxc', 'network', 'delete', NETWORK])
}

const why = isLabPossible()
if (why !== undefined) console.log(`skipped: ${why}`)
else {
  let desk: Desk
  let cli = ''

  test.before(async () => {
    await clearAway()
    for (const profile of PROFILES) await lxc(['profile', 'create', profile])
    await lxc(['profile', 'edit', PROFILES[0]], { input: JSON.stringify({ description: '', config: {}, devices: DEVICES }) })
    await lxc(['profile', 'set', PROFILES[1], 'limits.processes=4000'])
    await lxc(['network', 'create', NETWORK, 'ipv4.address=10.78.91.1/24', 'ipv4.nat=true', 'ipv6.address=none'])
    cli = await builtCli()
    desk = deskOf(cli, environment(), env)
  })
  test.after(async () => {
    desk?.remove()
    await clearAway()
  })

  const applied = async (...flags: ReadonlyArray<string>): Promise<Said> => {
    const said = await desk.run('apply', '--yes', ...flags)
    assert.is(said.code, 0, told(said))
    return said
  }
  const planned = async (...lines: ReadonlyArray<RegExp>): Promise<void> => {
    const said = await desk.run('plan')
    for (const line of lines) assert.match(said.stdout, line, told(said))
  }
  const isAsWanted = (): Promise<void> => planned(new RegExp(`^${NAME} on lxd, [0-9.]+: 5 as wanted\n`))

  test('a profile with a disk and a network is enough', async () => {
    await planned(/^b-lxd-cli on lxd, no machine yet: 5 create /)
    await applied()
    await isAsWanted()
    assert.is((await shown())?.config['security.nesting'], 'true')
  })

  test('sizes change while the machine runs, and the next plan is empty', async () => {
    desk.write(environment({}, { cpus: 2, memory: '768MiB', disk: '6GiB' }))
    const began = (await shown())?.config['volatile.uuid.generation']
    await planned(/cpus {2,}1 -> 2/, /memory {2,}512MiB -> 768MiB/, /disk {2,}5GiB -> 6GiB/)
    await applied()
    const { config, expanded_devices } = (await shown()) as Shown
    assert.equal([config['limits.cpu'], config['limits.memory'], expanded_devices.root?.size], ['2', '768MiB', '6GiB'])
    assert.is(config['volatile.uuid.generation'], began)
    await isAsWanted()
    desk.write(environment({}, { cpus: 2, memory: '768MiB' }))
    await planned(/5 as wanted/, /the disk stays at 6GiB, more than the 5GiB asked for/)
  })

  test('an edit of profiles, network and settings is planned, done in place, and taken back', async () => {
    const large = { cpus: 2, memory: '768MiB', disk: '6GiB' }
    desk.write(environment({ profiles: [...PROFILES], network: NETWORK, config: { 'boot.autostart': true } }, large))
    await planned(
      /update {2}vm\.main +restarts the machine/,
      /provider\.profiles +\[b-lxd-plain\] -> \[b-lxd-plain, b-lxd-more\]/,
      /provider\.network +lxdbr0 -> b-lxd-net/,
      /provider\.config\.boot\.autostart +true/,
    )
    await applied()
    await planned(/on lxd, 10\.78\.91\.\d+: 5 as wanted/)
    assert.is((await shown())?.config['boot.autostart'], 'true')
    desk.write(environment({ network: 'lxdbr0' }, large))
    await applied()
    await isAsWanted()
    assert.is((await shown())?.config['boot.autostart'], undefined)
    desk.write(environment({}, large))
    await isAsWanted()
  })

  test('another image is another machine, which its line says and apply refuses', async () => {
    desk.write(environment({}, { cpus: 2, memory: '768MiB', disk: '6GiB', image: 'debian/12' }))
    await planned(/image +debian\/13 -> debian\/12, lxd can't in place/, /To keep vm\.main, take back vm\.image\./)
    assert.is((await desk.run('apply', '--yes')).code, 4)
    const before = await shown()
    desk.write(environment({ pool: 'b-nope' }, { cpus: 2, memory: '768MiB', disk: '6GiB', image: 'debian/12' }))
    const said = await desk.run('apply', '--yes', '--accept-loss', 'vm.main')
    assert.is(said.code, 4, told(said))
    assert.match(said.stderr, /PROVIDER_LACKS: .*no storage pool b-nope/, told(said))
    assert.equal(await shown(), before)
    desk.write(environment({}, { cpus: 2, memory: '768MiB', disk: '6GiB' }))
  })

  test('a machine that somebody stopped is said to be stopped, started, and gone on with', async () => {
    await lxc(['stop', '--force', NAME])
    await planned(/^b-lxd-cli on lxd, machine stopped: 5 update /, /update {2}vm\.main +starts the machine/)
    await applied()
    await isAsWanted()
  })

  test('with the state gone the machine is known by its labels, and a copy of it is nobody’s', async () => {
    await lxc(['copy', NAME, `${NAME}-copy`, '--instance-only'])
    rmSync(join(desk.folder, '.deployer'), { recursive: true })
    await isAsWanted()
    const rebuilt = await desk.run('state', 'rebuild')
    assert.match(rebuilt.stdout, /5 resources found/, told(rebuilt))
    await applied()
    await isAsWanted()
  })

  test('a machine of somebody else is neither planned nor touched', async () => {
    for (const instance of [NAME, `${NAME}-copy`]) {
      const before = await shown(instance)
      const thief = deskOf(cli, { ...environment({ instance }), name: 'b-lxd-thief' }, env)
      for (const command of [['plan'], ['apply', '--yes']]) {
        const said = await thief.run(...command)
        assert.is(said.code, 4, told(said))
        assert.match(said.stderr, new RegExp(`NOT_OURS: machine ${instance} is there and `))
      }
      thief.remove()
      assert.equal(await shown(instance), before)
    }
  })

  test('what nothing can be made of is told, with what to do, and nothing is left of it', async () => {
    const wrong: ReadonlyArray<readonly [object, RegExp]> = [
      [{ socket: '/nowhere/unix.socket' }, /LXD_MISSING: .* no socket at \/nowhere/],
      [{ profiles: ['b-nope'] }, /PROVIDER_LACKS: .*lxd has no profile b-nope; known: /],
      [{ network: 'lo' }, /PROVIDER_LACKS: .*lxd has no network lo; known: (?!.*\blo\b)/],
      [{ type: 'virtual-machine' }, /PROVIDER_CANNOT: .*make a virtual machine/],
      [{ config: { 'limits.nonsense': 1 } }, /Unknown configuration key: limits\.nonsense/],
      [{ config: { 'limits.cpu': 1 } }, /provider\.config\["limits\.cpu"\]/],
    ]
    for (const [provider, says] of wrong) {
      const mistaken = deskOf(cli, { ...environment(provider), name: 'b-lxd-wrong' }, env)
      const said = await mistaken.run('apply', '--yes')
      assert.match(said.stdout + said.stderr, says, told(said))
      assert.not(said.code === 0)
      mistaken.remove()
      assert.is(await shown('b-lxd-wrong'), undefined)
    }
  })

  test('destroy leaves what LXD protects as it is, and of the rest nothing', async () => {
    const images = await query('/1.0/images')
    await lxc(['config', 'set', NAME, 'security.protection.delete=true'])
    const refused = await desk.run('destroy', '--yes', '--accept-loss', 'vm.main')
    assert.match(refused.stderr, /MACHINE_PROTECTED: .*security\.protection\.delete/, told(refused))
    assert.is((await shown())?.status, 'Running')
    await lxc(['config', 'unset', NAME, 'security.protection.delete'])
    const destroyed = await desk.run('destroy', '--yes', '--accept-loss', 'vm.main')
    assert.is(destroyed.code, 0, told(destroyed))
    assert.is(await shown(), undefined)
    const volumes = await query<ReadonlyArray<string>>('/1.0/storage-pools/default/volumes')
    const leases = await query<ReadonlyArray<{ readonly hostname: string }>>('/1.0/networks/lxdbr0/leases')
    assert.equal([...volumes.filter(path => path.endsWith(`/${NAME}`)), ...leases.filter(({ hostname }) => hostname === NAME)], [])
    assert.equal(await query('/1.0/images'), images)
    assert.ok(await shown(`${NAME}-copy`))
  })
}

test.run()
