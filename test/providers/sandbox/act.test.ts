import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Event } from '../../../engine/channel.js'
import type { Trouble, Where } from '../../../providers/sandbox/trouble.js'
import { troublesOf } from '../../../providers/sandbox/trouble.js'
import {
  act,
  answer,
  batch,
  codeOf,
  contentAt,
  fileClaim,
  fileProbe,
  hostOf,
  install,
  ledgerOf,
  machine,
  machineClaim,
  makeMachine,
  newFolder,
  put,
  reveal,
  sandboxIn,
} from './desk.js'

const two = [put('/etc/one', '1'), put('/etc/two', '2')]
const packageAt = (key: string) => ({ ask: 'package', key, via: 'vm.main' }) as const

const withTrouble = async (trouble: (where: Where) => Trouble | undefined) => {
  const folder = newFolder()
  await makeMachine(sandboxIn(folder))
  return hostOf(sandboxIn(folder, { trouble }))
}
/** Once, at this step of the first attempt. */
const at =
  (index: number, trouble: Trouble) =>
  (where: Where): Trouble | undefined =>
    where.index === index && where.attempt === 0 ? trouble : undefined

test('steps are done in order, told while they are, and verified in the same answer', async () => {
  const host = await makeMachine(sandboxIn(newFolder()))
  const events: Array<Event> = []
  const outcome = await host.act(batch({ steps: two, verify: [fileProbe('/etc/two')] }), reveal, event => events.push(event))
  assert.equal(
    events.map(({ is, step }) => `${is} ${step}`),
    ['started 0', 'done 0', 'started 1', 'done 1'],
  )
  const value = { mode: '0644', owner: 'root', group: 'root', content: '2' }
  assert.is(outcome.is, 'done')
  if (outcome.is === 'done') assert.equal(outcome.look.answers, [{ is: 'present', value }])
})

test('before there is a machine nothing can be asked of its host, and its provider says absent', async () => {
  const provider = sandboxIn(newFolder())
  assert.is(await answer(provider, { ask: 'machine', key: 'm', via: 'provider' }), undefined)
  assert.is(codeOf(await act(hostOf(provider), { steps: two })), 'failed UNREACHABLE')
})

test('a machine that is stopped does not answer until it runs', async () => {
  const provider = sandboxIn(newFolder())
  const host = await makeMachine(provider)
  const turn = (running: boolean) => act(provider, { steps: [{ do: 'machine update', via: 'provider', name: 'm', running }] })
  await turn(false)
  assert.equal(await answer(host, fileProbe('/etc/one')), { code: 'UNREACHABLE', host: 'm', why: 'the machine is not running' })
  await turn(true)
  assert.is(await answer(host, fileProbe('/etc/one')), undefined)
})

test('a host says what it is', async () => {
  const host = await makeMachine(sandboxIn(newFolder()))
  assert.equal((await host.look([], reveal)).host, { os: 'debian', version: '13', arch: 'amd64', ipv6: true })
})

test('a step whose question is answered already is not done again', async () => {
  const host = await makeMachine(sandboxIn(newFolder()))
  await act(host, { steps: [put('/etc/mark', '')] })
  await act(host, { steps: [{ ...put('/etc/one', 'twice'), done: fileProbe('/etc/mark') }] })
  assert.is(await contentAt(host, '/etc/one'), undefined)
  await act(host, { steps: [{ ...put('/etc/one', 'once'), done: fileProbe('/etc/mark', 'other') }] })
  assert.is(await contentAt(host, '/etc/one'), 'once')
})

test('an older fence is refused, and each environment has its own', async () => {
  const host = await makeMachine(sandboxIn(newFolder()))
  await act(host, { fence: 7, steps: two })
  assert.equal(await act(host, { fence: 6, steps: two }), {
    is: 'failed',
    step: 0,
    fault: { code: 'FENCED', host: 'm', fence: 6, newer: 7 },
  })
  assert.is(codeOf(await act(host, { environment: 'other', fence: 1 })), 'done')
})

test('while one run is at work another is told so, and by a look too; batches of one run work side by side', async () => {
  const folder = newFolder()
  await makeMachine(sandboxIn(folder))
  let wake = () => {}
  const asleep = new Promise<void>(resolve => {
    wake = resolve
  })
  const slow = hostOf(sandboxIn(folder, { pace: () => 1, sleep: () => asleep }))
  const first = slow.act(batch({ run: 500, addr: 'note.slow', steps: two }), reveal, () => {})
  await new Promise(resolve => setImmediate(resolve))

  const other = hostOf(sandboxIn(folder))
  const outcome = await act(other, { run: 501 })
  assert.equal(outcome, {
    is: 'failed',
    step: 0,
    fault: { code: 'HOST_BUSY', host: 'm', environment: 'demo', addr: 'note.slow', run: 500 },
  })
  assert.equal((await other.look([], reveal)).busy, [{ environment: 'demo', addr: 'note.slow', run: 500 }])
  assert.is(codeOf(await act(other, { run: 500, addr: 'note.quick', steps: [put('/etc/three', '3')] })), 'done')

  wake()
  assert.is(codeOf(await first), 'done')
  assert.equal((await other.look([], reveal)).busy, [])
  assert.is(codeOf(await act(other, { run: 501 })), 'done')
})

test('a connection lost before a step leaves what was done before it, and the claims', async () => {
  const host = await withTrouble(at(1, { is: 'lost', when: 'before' }))
  const given = { claims: [fileClaim('/etc/one'), fileClaim('/etc/two')], steps: two }
  assert.is(codeOf(await act(host, given)), 'unknown CONNECTION_LOST')
  assert.equal([await contentAt(host, '/etc/one'), await contentAt(host, '/etc/two')], ['1', undefined])
  assert.is((await ledgerOf(host)).length, 2)
  assert.is(codeOf(await act(host, given)), 'done')
  assert.is(await contentAt(host, '/etc/two'), '2')
})

test('a connection lost during a step leaves half of what it does', async () => {
  const host = await withTrouble(at(0, { is: 'lost', when: 'during' }))
  const steps = [install('curl', 'jq')]
  assert.is(codeOf(await act(host, { steps })), 'unknown CONNECTION_LOST')
  assert.equal([await answer(host, packageAt('curl')), await answer(host, packageAt('jq'))], [{ version: '1.0-1' }, undefined])
  assert.is(codeOf(await act(host, { steps })), 'done')
  assert.is.not(await answer(host, packageAt('jq')), undefined)
})

test('a connection lost after a step leaves all of it', async () => {
  const host = await withTrouble(at(0, { is: 'lost', when: 'after' }))
  assert.is(codeOf(await act(host, { steps: two })), 'unknown CONNECTION_LOST')
  assert.equal([await contentAt(host, '/etc/one'), await contentAt(host, '/etc/two')], ['1', undefined])
})

test('a refused step fails with its fault, and changes nothing', async () => {
  const codes = ['PERMISSION_DENIED', 'DISK_FULL', 'PACKAGES_LOCKED'] as const
  for (const code of codes) {
    const host = await withTrouble(at(1, { is: 'refused', code }))
    const outcome = await act(host, { steps: two })
    assert.equal([codeOf(outcome), outcome.is === 'failed' && outcome.step], [`failed ${code}`, 1])
    assert.is(await contentAt(host, '/etc/two'), undefined)
    assert.is(codeOf(await act(host, { steps: two })), 'done')
  }
})

test('a slow step takes its time, and is done', async () => {
  const folder = newFolder()
  await makeMachine(sandboxIn(folder))
  const slept: Array<number> = []
  const sleep = async (ms: number): Promise<void> => {
    slept.push(ms)
  }
  const host = hostOf(sandboxIn(folder, { trouble: at(1, { is: 'slow', ms: 900 }), sleep }))
  assert.is(codeOf(await act(host, { steps: two })), 'done')
  assert.equal(slept, [900])
})

test('a step that cannot work fails with what the host says', async () => {
  const host = await makeMachine(sandboxIn(newFolder()))
  assert.equal(await act(host, { steps: [put('/opt/none/x', '')] }), {
    is: 'failed',
    step: 0,
    fault: { code: 'STEP_FAILED', host: 'm', step: 'writing /opt/none/x', output: '/opt/none/x: No such file or directory' },
  })
})

test('a seed makes the same trouble each time, another seed other trouble, and 0 none', () => {
  const schedule = (seed: number): ReadonlyArray<Trouble | undefined> =>
    [...Array(60).keys()].map(index =>
      troublesOf(seed)({ environment: 'demo', addr: 'vm.main', step: machine as never, index, attempt: 0 }),
    )
  assert.equal(schedule(7), schedule(7))
  assert.not.equal(schedule(7), schedule(8))
  assert.equal(
    schedule(0).filter(one => one !== undefined),
    [],
  )
  const kinds = new Set(schedule(7).flatMap(one => (one === undefined ? [] : [one.is])))
  assert.ok(kinds.has('lost'))
})

test('whatever the seed, a batch that is sent again ends as without trouble', async () => {
  const steps = [put('/etc/one', '1'), install('ufw', 'curl'), put('/etc/two', '2'), put('/etc/one', '3')]
  for (let seed = 1; seed <= 40; seed++) {
    const provider = sandboxIn(newFolder(), { seed })
    for (let tries = 0; tries < 3; tries++) await act(provider, { addr: 'vm.main', claims: [machineClaim], steps: [machine] })
    const host = hostOf(provider)
    const outcomes = []
    for (let tries = 0; tries < 3; tries++) outcomes.push(codeOf(await act(host, { steps })))
    assert.is(outcomes.at(-1), 'done', `seed ${seed}: ${outcomes.join(', ')}`)
    assert.equal([await contentAt(host, '/etc/one'), await contentAt(host, '/etc/two')], ['3', '2'])
  }
})

test('two that install at once on one host: the second is told to wait', async () => {
  const folder = newFolder()
  await makeMachine(sandboxIn(folder))
  const sleeping: Array<() => void> = []
  const sleep = () => new Promise<void>(resolve => sleeping.push(resolve))
  const host = hostOf(sandboxIn(folder, { pace: () => 1, sleep }))
  const first = act(host, { run: 900, addr: 'note.one', steps: [install('curl')] })
  await new Promise(resolve => setImmediate(resolve))
  assert.is(codeOf(await act(host, { run: 900, addr: 'note.two', steps: [install('jq')] })), 'failed PACKAGES_LOCKED')
  for (const wake of sleeping) wake()
  assert.is(codeOf(await first), 'done')
})

test('only harsh seeds make what does not pass by itself, and that too is gone when it is tried again', () => {
  const words = (seed: number, attempt: number): ReadonlyArray<string> =>
    Array.from({ length: 30 }, (_, index) => {
      const trouble = troublesOf(seed)({ environment: 'demo', addr: 'vm.main', step: machine as never, index, attempt })
      return trouble?.is === 'refused' ? trouble.code : (trouble?.is ?? 'none')
    })
  const all = (from: number, attempt: number) => new Set(Array.from({ length: 40 }, (_, more) => words(from + more, attempt)).flat())
  assert.equal([...all(1, 0)].sort(), ['lost', 'none', 'slow'])
  assert.equal([...all(1000, 0)].sort(), ['DISK_FULL', 'PERMISSION_DENIED', 'lost', 'none', 'slow'])
  assert.equal([...all(1000, 2)], ['none'])
})

test.run()
