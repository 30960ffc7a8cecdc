import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Outcome } from '../../engine/channel.js'
import { run } from '../../engine/run/run.js'
import type { Fault } from '../../specs/fault.js'
import { fail } from '../../specs/fp.js'
import { paperJournal } from '../support/journal.js'
import type { Sheet } from '../support/paper.js'
import { aBox, aNote, apply, asked, desk, destroy, perform, planned } from '../support/paper-run.js'

const lost: Outcome = { is: 'unknown', fault: { code: 'CONNECTION_LOST', host: 'paper', addr: 'note.a' } }
const wrong: Outcome = { is: 'failed', step: 0, fault: { code: 'STEP_FAILED', host: 'paper', step: 'put', output: 'no' } }
const stopped: Fault = { code: 'MACHINE_STOPPED', machine: 'main' }

test('every task is in the journal before it acts and after it was verified', async () => {
  const { journal, report } = await apply(desk(), [aBox(), aNote('a', 'x')])
  assert.equal(journal.lines, ['begin create box.main', 'done create box.main', 'begin create note.a', 'done create note.a'])
  assert.equal([report.outcome, journal.outcome], ['done', 'done'])
})

test('a connection lost before the steps is looked into and the steps are done once', async () => {
  const at = desk()
  let times = 0
  at.paper.trouble = ({ addr }) => (addr === 'note.a' && times++ === 0 ? lost : undefined)
  const { report, events } = await apply(at, [aBox(), aNote('a', 'x')])
  assert.is(report.outcome, 'done')
  assert.equal(
    at.paper.log.filter(line => line.startsWith('note.a')),
    ['note.a put /a'],
  )
  assert.is(events.filter(({ at: when }) => when === 'again').length, 1)
})

test('a connection lost after the steps is looked into and nothing is done twice', async () => {
  const at = desk()
  at.paper.trouble = ({ addr }) => (addr === 'box.main' ? 'lost after' : undefined)
  const { report } = await apply(at, [aBox(), aNote('a', 'x')])
  assert.is(report.outcome, 'done')
  assert.equal(at.paper.log, ['box.main machine create main', 'note.a put /a'])
})

test('what is wrong is not tried again; what needs it is skipped and the rest goes on', async () => {
  const at = desk()
  at.paper.trouble = ({ addr }) => (addr === 'note.a' ? wrong : undefined)
  const { report, journal } = await apply(at, [
    aNote('a', 'x', 'provider'),
    aBox('one', 'other'),
    asked('page.p', { path: '/p', text: 'p', on: 'provider' }),
  ])
  assert.equal([report.outcome, journal.outcome], ['failed', 'failed'])
  assert.equal(report.failed, [{ addr: 'note.a', fault: wrong.is === 'failed' && wrong.fault }])
  assert.equal(report.skipped, [{ addr: 'page.p', needs: 'note.a' }])
  assert.equal(
    report.done.map(({ addr }) => addr),
    ['box.other'],
  )
})

const REFUSED: Fault = { code: 'CONFIG_REFUSED', host: 'paper', service: 'p', log: [] }
const notes = (text: string) => [aNote('a', text, 'provider'), asked('page.p', { path: '/p', text, on: 'provider' })]

/** A page whose trial refuses the new text, and puts back what the note had changed for it. */
const refusing = async (before: string | undefined, back: string | undefined) => {
  const at = desk()
  if (before !== undefined) await apply(at, notes(before))
  at.paper.trouble = ({ addr }) => {
    if (addr !== 'page.p') return undefined
    if (back === undefined) at.paper.top.files.delete('/a')
    else at.paper.top.files.set('/a', back)
    return { is: 'failed', step: 0, fault: REFUSED }
  }
  const { report } = await apply(at, notes('new'))
  return { report, next: (await planned(at, notes('new'))).plan, back: (await planned(at, notes(before ?? 'new'))).plan }
}

test('what a refused trial puts back of what was done for it counts as not done, and is blamed on nobody', async () => {
  const { report, next, back } = await refusing('old', 'old')
  assert.equal([report.done, report.skipped, report.leftOff], [[], [{ addr: 'note.a', needs: 'page.p' }], []])
  assert.equal([next.drift, next.tasks.map(({ reasons }) => reasons)], [[], [['the file changed'], ['the file changed']]])
  assert.equal([back.tasks, back.drift], [[], []])
})

test('what it puts back in part only may be half done', async () => {
  const { report } = await refusing('old', 'neither')
  assert.equal([report.done, report.skipped, report.leftOff], [[], [], ['note.a']])
})

test('what is left of a first run that was refused is remembered as far as it stands', async () => {
  const kept = await refusing(undefined, 'new')
  assert.equal([kept.report.done.map(({ addr }) => addr), kept.next.tasks.map(({ addr }) => addr)], [['note.a'], ['page.p']])
  const gone = await refusing(undefined, undefined)
  assert.equal([gone.report.done, gone.next.drift, gone.next.tasks.map(({ action }) => action)], [[], [], ['create', 'create']])
})

test('steps that leave a difference are a failure, not a success', async () => {
  const at = desk()
  at.paper.trouble = batch => {
    if (batch.addr !== 'note.a') return undefined
    const unwritten = batch.verify.map(() => ({ is: 'absent' as const }))
    return { is: 'done', look: { answers: unwritten, ledger: [], busy: [] } }
  }
  const { report } = await apply(at, [aNote('a', 'x', 'provider')])
  assert.is(report.failed[0]?.fault.code, 'NOT_CONVERGED')
})

test('a predicted task that turns out to need nothing is told from those that did something', async () => {
  const at = desk()
  const wish = [aBox(), aNote('a', 'x')]
  const made = await planned(at, wish)
  await apply(at, wish)
  const { report } = await perform(at, { ...made, plan: { ...made.plan, tasks: made.plan.tasks.filter(({ predicted }) => predicted) } })
  assert.equal(
    report.done.map(({ addr, idle }) => [addr, idle]),
    [['note.a', true]],
  )
  assert.equal(at.paper.log, ['box.main machine create main', 'note.a put /a'])
})

test('a predicted task that would do more than was shown is refused', async () => {
  const at = desk()
  const made = await planned(at, [aBox(), aNote('a', 'x')])
  const other = await planned(at, [aBox(), aNote('a', 'y')])
  const { report } = await perform(at, { ...made, entries: other.entries })
  assert.is(report.failed[0]?.fault.code, 'PLAN_MOVED')
})

test('an interrupted run ends after what is under way and the next one finishes', async () => {
  const at = desk()
  const stop = new AbortController()
  at.paper.trouble = ({ addr }) => {
    if (addr === 'box.main') stop.abort()
    return undefined
  }
  const notes = [aBox(), aNote('a', 'x'), aNote('b', 'y')]
  const first = await apply(at, notes, stop)
  assert.equal([first.report.outcome, first.report.notBegun], ['interrupted', ['note.a', 'note.b']])
  const told = first.events.map(({ at }) => at).filter(at => at === 'stopping' || at === 'done')
  assert.equal(told, ['stopping', 'done'], 'whoever asked it to end hears so at once')
  at.paper.trouble = () => undefined
  const second = await apply(at, notes)
  assert.is(second.report.outcome, 'done')
  assert.equal((await planned(at, notes)).plan.tasks, [])
})

test('what passes by itself is given up after its patience', async () => {
  const at = desk()
  at.paper.trouble = () => ({ is: 'failed', step: 0, fault: { code: 'PACKAGES_LOCKED', host: 'paper' } })
  const { report, events } = await apply(at, [aBox()])
  assert.is(report.failed[0]?.fault.code, 'PACKAGES_LOCKED')
  assert.ok(events.filter(({ at: when }) => when === 'again').length > 5)
})

test('what the host still does for a task whose connection went is waited for, and then looked at', async () => {
  const at = desk()
  const wanted = [aBox(), aNote('a', 'x')]
  await apply(at, [aBox()])
  const host = at.paper.machines.get('main')?.host as Sheet
  let ends = Number.POSITIVE_INFINITY
  at.paper.trouble = ({ addr }) => {
    host.busy = [{ environment: 'demo', addr, run: 2 }]
    host.files.set('/a', 'half')
    ends = at.paper.looks + 4
    return lost
  }
  at.paper.passes = () => {
    if (at.paper.looks < ends) return
    delete host.busy
    host.files.set('/a', 'x')
  }
  const { report, events } = await apply(at, wanted)
  assert.equal([report.outcome, host.files.get('/a')], ['done', 'x'])
  assert.ok(events.some(event => event.at === 'again' && event.fault.code === 'HOST_BUSY'))
})

test('a machine that has no address yet is looked at again until it has one', async () => {
  const at = desk()
  await apply(at, [aBox()])
  const addressed = (addresses: ReadonlyArray<string>): void => {
    for (const [name, machine] of at.paper.machines) at.paper.machines.set(name, { ...machine, seen: { ...machine.seen, addresses } })
  }
  addressed([])
  const made = await planned(at, [aBox(), aNote('a', 'x')])
  const before = at.paper.looks
  at.paper.passes = () => at.paper.looks > before + 3 && addressed(['10.0.0.1'])
  const { report, events } = await perform(at, made)
  assert.is(report.outcome, 'done')
  assert.ok(events.some(event => event.at === 'again' && event.fault.code === 'UNREACHABLE'))
})

test('a machine that stops for a moment is waited for, and one that stays so is soon given up', async () => {
  for (const looks of [2, 100]) {
    const at = desk()
    const power = (running: boolean): void => {
      for (const [name, machine] of at.paper.machines) at.paper.machines.set(name, { ...machine, seen: { ...machine.seen, running } })
    }
    let dark = 0
    at.paper.trouble = ({ addr }) => {
      if (addr !== 'note.a' || dark > 0) return undefined
      dark = at.paper.looks
      power(false)
      return lost
    }
    at.paper.passes = () => dark > 0 && at.paper.looks > dark + looks && power(true)
    const { report, events } = await apply(at, [aBox(), aNote('a', 'x')])
    assert.equal([report.outcome, report.failed[0]?.fault], looks === 2 ? ['done', undefined] : ['failed', stopped])
    assert.ok(events.filter(({ at: when }) => when === 'again').length < 8)
  }
})

test('what does not pass by itself is looked into once, also where it is unknown how far it came', async () => {
  const at = desk()
  at.paper.trouble = () => ({ is: 'unknown', fault: { code: 'DISK_FULL', where: 'paper' } })
  const { report, events } = await apply(at, [aBox()])
  assert.is(report.failed[0]?.fault.code, 'DISK_FULL')
  assert.is(events.filter(({ at: when }) => when === 'again').length, 1)
})

test('nothing is tried again once the run is to end', async () => {
  const at = desk()
  const stop = new AbortController()
  const tried: Array<string> = []
  at.paper.trouble = ({ addr }) => {
    tried.push(addr)
    queueMicrotask(() => stop.abort())
    return lost
  }
  const { report, journal } = await apply(at, [aNote('a', 'x', 'provider')], stop)
  assert.equal(tried, ['note.a'])
  assert.equal([report.outcome, report.leftOff, report.failed], ['interrupted', ['note.a'], []])
  assert.equal(journal.lines, ['begin create note.a', 'left off create note.a'])
})

test('a run whose journal fails waits for what is under way, which begins nothing more', async () => {
  const at = desk()
  const tried: Array<string> = []
  at.paper.trouble = ({ addr }) => {
    tried.push(addr)
    return addr === 'note.b' ? lost : undefined
  }
  const made = await planned(at, [aNote('a', 'x', 'provider'), aNote('b', 'y', 'provider')])
  const full: Fault = { code: 'DISK_FULL', where: 'state.db' }
  let asleep = 0
  const sleep = async (): Promise<void> => {
    asleep += 1
    await new Promise(resolve => setTimeout(resolve, 20))
    asleep -= 1
  }
  const ended = await run({
    planned: made,
    journal: { ...paperJournal(), results: () => fail(full) },
    report: () => undefined,
    stop: new AbortController().signal,
    concurrency: 2,
    clock: { now: () => 0, sleep },
  })()
  assert.equal(ended, fail(full))
  assert.equal([asleep, tried], [0, ['note.a', 'note.b']])
})

test('destroy leaves nothing, neither in the world nor in the memory', async () => {
  const at = desk()
  await apply(at, [aBox(), aNote('a', 'x'), aNote('n', 'y', 'provider')])
  const { report } = await destroy(at, [aBox(), aNote('a', 'x'), aNote('n', 'y', 'provider')])
  assert.is(report.outcome, 'done')
  assert.equal([at.paper.machines.size, at.paper.top.files.size, at.paper.top.ledger.size, at.memory.size], [0, 0, 0, 0])
})

test('a delete comes first when it frees what a create needs', async () => {
  const at = desk()
  await apply(at, [aNote('a', 'x', 'provider')])
  await apply(at, [asked('page.p', { path: '/a', text: 'p', on: 'provider' })])
  assert.equal(at.paper.log.slice(1), ['note.a remove /a', 'page.p put /a'])
})

test('no more run at once than are allowed, and independent ones do', async () => {
  const at = desk()
  const notes = Array.from({ length: 9 }, (_, index) => aNote(`n${index}`, 'x', 'provider'))
  const { events } = await apply(at, notes, new AbortController(), 3)
  let running = 0
  let most = 0
  for (const event of events) {
    if (event.at === 'running') running += 1
    if (event.at === 'done') running -= 1
    most = Math.max(most, running)
  }
  assert.is(most, 3)
})

test('whatever is lost, whenever, a rerun ends as if nothing had been', async () => {
  const resources = [aBox(), aNote('a', 'x'), aNote('b', 'y'), asked('page.p', { path: '/p', text: 'p', on: 'box.main' })]
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom('before', 'after', 'wrong', 'fine'), { maxLength: 12 }), async fates => {
      const at = desk()
      const left = [...fates]
      at.paper.trouble = () => {
        const fate = left.shift() ?? 'fine'
        return fate === 'before' ? lost : fate === 'after' ? 'lost after' : fate === 'wrong' ? wrong : undefined
      }
      for (let tries = 0; tries < 20 && (await apply(at, resources)).report.outcome !== 'done'; tries += 1);
      const files = [...(at.paper.machines.get('main')?.host.files ?? [])].sort()
      assert.equal(files, [
        ['/a', 'x'],
        ['/b', 'y'],
        ['/p', 'p'],
      ])
      assert.is(at.paper.log.filter(line => line.includes('machine create')).length, 1)
      assert.equal((await planned(at, resources)).plan.tasks, [])
    }),
    { numRuns: 60 },
  )
})

test.run()
