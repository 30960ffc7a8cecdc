/** On the lab's LXD: `npm run lab -- up`, then `npm test -- lxd.lab`. */
import { spawn } from 'node:child_process'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Outcome, Provider } from '../../engine/channel.js'
import type { MachineSeen, Step } from '../../engine/contract.js'
import { claim, makes, NAME, probe, storyOf } from '../providers/lxd/life.js'
import { act, answer, codeOf, newFolder, sandboxIn } from '../providers/sandbox/desk.js'
import { query } from './lxd.js'
import { EXTRA, lxdHere, PROJECT, SYSTEM, sleep } from './lxd-desk.js'
import { dropProject, newProject } from './lxd-project.js'
import { run } from './run.js'

const test = suite('lxd on a real LXD')
const create = makes(SYSTEM, EXTRA)
const goes: Step = { do: 'machine delete', via: 'provider', name: NAME }
const make = (provider: Provider, step: Step = create): Promise<Outcome> =>
  act(provider, { addr: 'vm.main', fence: 5, claims: [claim], steps: [step], verify: [probe] })
const remove = (provider: Provider): Promise<Outcome> => act(provider, { addr: 'vm.main', fence: 9, steps: [goes] })
const instances = (): Promise<ReadonlyArray<string>> => query(`/1.0/instances?project=${PROJECT}`)
const faultOf = (outcome: Outcome): unknown => (outcome.is === 'done' ? undefined : outcome.fault)

test.before(() => newProject())
test.after(() => dropProject())

test('answers to the life of a machine are those of the sandbox', async () => {
  const provider = lxdHere()
  const story = await storyOf(provider, create)
  await provider.close()
  const expected = await storyOf(sandboxIn(newFolder()), create)
  for (const [index, chapter] of story.entries()) assert.equal(chapter, expected[index], `${chapter.says}`)
  assert.equal(await instances(), [])
})

test('two that make the same machine at once make one, and both find it', async () => {
  const [one, two] = [lxdHere(), lxdHere()]
  assert.equal((await Promise.all([make(one), make(two)])).map(codeOf), ['done', 'done'])
  assert.is((await instances()).length, 1)
  await Promise.all([remove(one), remove(two)])
  assert.equal(await instances(), [])
  await Promise.all([one.close(), two.close()])
})

for (const ms of [20, 150, 600, 1500, 3000])
  test(`killed ${ms} ms after its first word, a rerun finds what there is and makes no second machine`, async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'test/lab/lxd-child.ts'], { stdio: ['ignore', 'pipe', 'inherit'] })
    await new Promise(begins => child.stdout.once('data', begins))
    await sleep(ms)
    child.kill('SIGKILL')
    const provider = lxdHere()
    const seen = (await answer(provider, probe)) as MachineSeen | undefined
    const goesOn: Step = seen === undefined ? create : { do: 'machine update', via: 'provider', name: NAME, running: true }
    assert.is(codeOf(await make(provider, goesOn)), 'done')
    const { running, addresses } = (await answer(provider, probe)) as MachineSeen
    assert.equal({ running, addressed: addresses.length > 0 }, { running: true, addressed: true })
    assert.is((await instances()).length, 1)
    await remove(provider)
    await provider.close()
  })

test('the address is the one on the network of LXD, whatever bridges are inside', async () => {
  const provider = lxdHere()
  await make(provider)
  const bridge =
    'ip link add docker0 type bridge; ip addr add 172.17.0.1/16 dev docker0; ip addr add fd00:17::1/64 dev docker0; ip link set docker0 up'
  assert.is((await run(['lxc', 'exec', '--project', PROJECT, NAME, '--', 'sh', '-c', bridge])).code, 0)
  const inside = JSON.stringify(await query(`/1.0/instances/${NAME}/state?project=${PROJECT}`))
  assert.match(inside, /172\.17\.0\.1/)
  const { addresses } = (await answer(provider, probe)) as MachineSeen
  assert.ok(addresses.length > 0)
  assert.equal(
    addresses.filter(address => !/^(10\.77\.0\.|fd77:1::)/.test(address)),
    [],
  )
  await provider.close()
})

test('a machine whose marks were taken off is nobody’s, and left alone', async () => {
  const provider = lxdHere()
  await make(provider)
  await run(['lxc', 'config', 'unset', '--project', PROJECT, NAME, 'user.deployer.mark'])
  const refused = { code: 'NOT_OURS', what: 'machine', id: NAME }
  assert.equal(faultOf(await make(provider)), refused)
  assert.equal(faultOf(await remove(provider)), refused)
  assert.is((await instances()).length, 1)
  await run(['lxc', 'delete', '--force', '--project', PROJECT, NAME])
  await provider.close()
})

test('what is not there is named, with what is, and nothing is made', async () => {
  const provider = lxdHere()
  const faults: unknown[] = []
  const wrong = [{ profiles: ['default', 'nope'] }, { network: 'nope0' }, { pool: 'nope' }, { type: 'virtual-machine' }]
  for (const extra of wrong) faults.push(faultOf(await make(provider, makes(SYSTEM, { ...EXTRA, ...extra }))))
  faults.push(faultOf(await make(lxdHere({ project: 'dl-nope' }))))
  const all =
    await query<ReadonlyArray<{ readonly name: string; readonly managed: boolean; readonly type: string }>>('/1.0/networks?recursion=1')
  const networks = all.filter(({ managed, type }) => managed || type === 'bridge').map(({ name }) => name)
  const projects = (await query<ReadonlyArray<string>>('/1.0/projects')).map(path => path.split('/').pop())
  const pools = (await query<ReadonlyArray<string>>('/1.0/storage-pools')).map(path => path.split('/').pop())
  const profiles = (await query<ReadonlyArray<string>>('/1.0/profiles')).map(path => path.split('/').pop())
  const lacks = (what: string, name: string, known: unknown) => ({ code: 'PROVIDER_LACKS', provider: 'lxd', what, name, known })
  assert.equal(faults.slice(0, 3), [
    lacks('profile', 'nope', profiles),
    lacks('network', 'nope0', networks),
    lacks('storage pool', 'nope', pools),
  ])
  assert.is((faults[3] as { readonly code: string }).code, 'PROVIDER_CANNOT')
  assert.equal(faults[4], lacks('project', 'dl-nope', projects))
  assert.equal(await instances(), [])
  await provider.close()
})

test('a setting that LXD does not know is said in its own words', async () => {
  const provider = lxdHere()
  const outcome = await make(provider, makes(SYSTEM, { ...EXTRA, config: { 'limits.nonsense': '1' } }))
  const fault = faultOf(outcome) as { readonly code: string; readonly output: string }
  assert.is(fault.code, 'STEP_FAILED')
  assert.match(fault.output, /limits\.nonsense/)
  assert.equal(await instances(), [])
  await provider.close()
})

test('an image that is nowhere is named, with why', async () => {
  const provider = lxdHere()
  const faults = []
  for (const image of ['nonsense', 'local:nonsense', 'nowhere:debian/13']) faults.push(faultOf(await make(provider, makes(image, EXTRA))))
  const missing = (image: string, why: string) => ({ code: 'MACHINE_IMAGE_MISSING', provider: 'lxd', image, why })
  assert.equal(faults, [
    missing('nonsense', 'there is no local image of that name'),
    missing('local:nonsense', 'there is no local image of that name'),
    missing('nowhere:debian/13', 'there is no remote nowhere'),
  ])
  await provider.close()
})

test('who is not in the group is told which one', async () => {
  if (process.getuid?.() !== 0) return
  const provider = lxdHere()
  process.seteuid?.(65534)
  const look = await provider.look([probe], undefined as never)
  process.seteuid?.(0)
  const fault = { code: 'LXD_FORBIDDEN', socket: '/var/lib/lxd/unix.socket', group: 'lxd' }
  assert.equal(look, { answers: [{ is: 'unasked', via: 'provider', fault }], ledger: [], busy: [], unreachable: fault })
  await provider.close()
})

test.run()
