import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { progress } from '../../../cli/render/progress.js'
import type { RunEvent } from '../../../engine/run-value.js'
import { Terminal } from './terminal.js'

const begin: RunEvent = {
  at: 'begin',
  run: 1,
  tasks: [
    { addr: 'vm.main', action: 'create', after: [] },
    { addr: 'firewall.main', action: 'create', after: ['vm.main'] },
    { addr: 'docker.main', action: 'create', after: ['vm.main'], estimate: 9.2 },
    { addr: 'compose-stack.main', action: 'create', after: ['docker.main'] },
    { addr: 'tracker.main', action: 'create', after: ['compose-stack.main', 'firewall.main'] },
  ],
}

const stage = ({ columns = 80, rows = 24, isTerminal = true, json = false } = {}) => {
  const terminal = new Terminal(columns, rows)
  const writes: string[] = []
  const calls = new Set<() => void>()
  let time = 0
  const shown = progress({
    write: text => {
      writes.push(text)
      if (terminal.columns > 0) terminal.write(text)
    },
    terminal: isTerminal,
    columns: () => terminal.columns,
    rows: () => terminal.rows,
    color: false,
    unicode: false,
    now: () => time,
    every: (_, call) => {
      calls.add(call)
      return () => calls.delete(call)
    },
    json,
  })
  /** Lets time pass, a tick at a time. */
  const pass = (seconds: number): void => {
    for (let tick = 0; tick < seconds * 10; tick++) {
      time += 100
      for (const call of calls) call()
    }
  }
  return { terminal, writes, calls, pass, ...shown }
}

const half = ({ on, pass }: ReturnType<typeof stage>): void => {
  on(begin)
  on({ at: 'running', addr: 'vm.main' })
  pass(5.7)
  on({ at: 'done', addr: 'vm.main', seconds: 5.7, says: '10.77.0.20, host key pinned' })
  on({ at: 'running', addr: 'firewall.main' })
  on({ at: 'running', addr: 'docker.main' })
  pass(0.8)
  on({ at: 'done', addr: 'firewall.main', seconds: 0.8 })
  on({ at: 'doing', addr: 'docker.main', says: 'installing docker.io' })
  pass(6.1)
}

test('on a terminal what ended stays, and what runs and waits stands below with the sum', () => {
  const play = stage()
  half(play)
  assert.equal(play.terminal.text.split('\n'), [
    'done     vm.main             5.7 s   10.77.0.20, host key pinned',
    'done     firewall.main       0.8 s',
    'running  docker.main         6 s of about 9 s  installing docker.io',
    'waiting  compose-stack.main  for docker.main',
    'waiting  tracker.main        for compose-stack.main',
    '2 of 5 done, 12 s. Ctrl-C ends after the current step.',
    '',
  ])
  assert.is(play.terminal.isCursorShown, false)
  play.pass(5)
  assert.match(play.terminal.text, 'running  docker.main         11 s    installing docker.io\n')
})

test('in the end only what ended is left, the cursor is back and nothing ticks', () => {
  const play = stage()
  half(play)
  const fault = { code: 'PACKAGES_LOCKED', host: 'h' } as const
  play.on({ at: 'failed', addr: 'docker.main', seconds: 11.8, fault })
  play.on({ at: 'skipped', addr: 'compose-stack.main', needs: 'docker.main' })
  play.on({ at: 'check', addr: 'tracker.main', says: 'udp 6969 IPv6', result: 'skipped', why: 'the host has no IPv6 address' })
  play.on({ at: 'check', addr: 'tracker.main', says: 'api 1212: right token yes, wrong token no', result: 'ok' })
  play.close()
  play.close()
  assert.equal(play.terminal.text.split('\n'), [
    'done     vm.main             5.7 s   10.77.0.20, host key pinned',
    'done     firewall.main       0.8 s',
    'failed   docker.main         11.8 s  PACKAGES_LOCKED',
    'skipped  compose-stack.main  needs docker.main',
    'skipped  tracker.main        udp 6969 IPv6: the host has no IPv6 address',
    'ok       tracker.main        api 1212: right token yes, wrong token no',
    '',
  ])
  assert.is(play.terminal.isCursorShown, true)
  assert.is(play.calls.size, 0)
})

test('a retry and a Ctrl-C are said where they are seen', () => {
  const play = stage()
  half(play)
  play.on({ at: 'again', addr: 'docker.main', fault: { code: 'PACKAGES_LOCKED', host: 'h' }, inSeconds: 4.2 })
  play.on({ at: 'stopping' })
  play.pass(0.2)
  assert.match(play.terminal.text, 'running  docker.main         7 s of about 9 s  PACKAGES_LOCKED, again in 5 s\n')
  assert.match(play.terminal.text, '2 of 5 done, 12 s. Ending after the current step; Ctrl-C again ends now.')
})

test('no line is wider than the terminal, and a narrower one leaves nothing behind', () => {
  const play = stage()
  half(play)
  play.terminal.narrow(40)
  play.pass(1)
  play.on({ at: 'done', addr: 'docker.main', seconds: 13, says: 'a long story '.repeat(9) })
  play.pass(1)
  const lines = play.terminal.text.split('\n')
  assert.equal(lines.slice(-6), [
    'done     firewall.main       0.8 s',
    'done     docker.main         13.0 s ...',
    'waiting  compose-stack.main',
    'waiting  tracker.main    for compose...',
    '3 of 5 done, 13 s. Ctrl-C ends after...',
    '',
  ])
  assert.is(lines.filter(line => line.startsWith('running')).length, 0)
})

test('a terminal that does not know its size is taken for a usual one', () => {
  const play = stage()
  play.terminal.columns = 0
  play.on(begin)
  assert.match(play.writes.join(''), 'waiting  tracker.main        for compose-stack.main, firewall.main\n')
})

const many = Array.from({ length: 5000 }, (_, at) => ({ addr: `unit.n${at}` as const, action: 'create', after: [] }))

test('of 5,000 tasks at most a screenful is shown, in few drawings', () => {
  const play = stage({ rows: 10 })
  play.on({ at: 'begin', run: 1, tasks: many })
  for (const { addr } of many.slice(0, 1000)) {
    play.on({ at: 'running', addr })
    play.on({ at: 'done', addr, seconds: 0 })
  }
  play.pass(0.1)
  const live = play.terminal.text.split('\n').filter(line => !line.startsWith('done'))
  assert.is(live.length, 10)
  assert.equal(live.slice(-3), ['waiting  ... 3993 more', '1000 of 5000 done, 0 s. Ctrl-C ends after the current step.', ''])
  assert.is(play.writes.length, 3)
})

test('at most ten drawings a second, and one when nothing happens', () => {
  const play = stage()
  play.on(begin)
  play.on({ at: 'running', addr: 'vm.main' })
  const before = play.writes.length
  for (let tick = 0; tick < 10; tick++) {
    for (let time = 0; time < 50; time++) play.on({ at: 'doing', addr: 'vm.main', says: `step ${time}` })
    play.pass(0.1)
  }
  assert.is(play.writes.length - before, 10)
  const quiet = play.writes.length
  play.pass(5)
  assert.is(play.writes.length - quiet, 5)
})

test('elsewhere there is a line when a task starts, one when it ends, and one every 30 s between', () => {
  const play = stage({ isTerminal: false })
  half(play)
  play.pass(60)
  play.on({ at: 'again', addr: 'docker.main', fault: { code: 'PACKAGES_LOCKED', host: 'h' }, inSeconds: 5 })
  play.on({ at: 'stopping' })
  play.on({ at: 'done', addr: 'docker.main', seconds: 66.1 })
  play.close()
  assert.is(
    play.writes.join(''),
    `${[
      'running  vm.main',
      'done     vm.main             5.7 s   10.77.0.20, host key pinned',
      'running  firewall.main',
      'running  docker.main',
      'done     firewall.main       0.8 s',
      'running  docker.main         30 s    installing docker.io',
      'running  docker.main         1 min   installing docker.io',
      'running  docker.main         again in 5 s: PACKAGES_LOCKED: another process holds the package manager of h',
      'Ending after the current step; Ctrl-C again ends now.',
      'done     docker.main         1 min 6 s',
    ].join('\n')}\n`,
  )
  assert.is(play.calls.size, 0)
})

test('for programs each event is one line of JSON, a fault with its words', () => {
  const play = stage({ isTerminal: false, json: true })
  play.on({ at: 'running', addr: 'vm.main' })
  play.on({ at: 'failed', addr: 'vm.main', seconds: 1, fault: { code: 'PACKAGES_LOCKED', host: 'h' } })
  const [running, failed] = play.writes.map(line => JSON.parse(line))
  assert.equal(running, { at: 'running', addr: 'vm.main' })
  assert.is(failed.fault.says, 'another process holds the package manager of h')
  assert.is(
    play.writes.every(line => line.endsWith('}\n') && line.indexOf('\n') === line.length - 1),
    true,
  )
})

test.run()
