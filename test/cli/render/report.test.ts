import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { PLAIN } from '../../../cli/render/look.js'
import { renderReport } from '../../../cli/render/report.js'
import type { RunReport } from '../../../engine/run-value.js'
import { changes, destruction, firstTime } from './plans.js'

const report = (more: Partial<RunReport> = {}): RunReport => ({
  run: 1,
  environment: 'demo',
  outcome: 'done',
  done: firstTime.tasks.map(({ addr, action }) => ({ addr, action, seconds: 1 })),
  failed: [],
  skipped: [],
  leftOff: [],
  notBegun: [],
  checks: [],
  seconds: 19.9,
  ...more,
})
const check = (result: 'ok' | 'failed' | 'skipped', says = 'udp 6969', why?: string) =>
  ({ addr: 'tracker.main', says, result, ...(why === undefined ? {} : { why }) }) as const

test('a first run ends with what was made, what was tried and what to type next', () => {
  const checks = [check('ok'), check('ok'), check('ok'), check('ok'), check('skipped')]
  const next = [['API token', 'deployer secret show tracker.api.admin_token']] as const
  assert.equal(renderReport(report({ checks, host: '10.77.0.20' }), firstTime, PLAIN, { next }), {
    stderr: '',
    stdout: [
      'demo is up: 5 created in 19.9 s, 4 checks ok, 1 skipped. Run 1.',
      '',
      '  Address                  10.77.0.20',
      '  Log in                   deployer ssh',
      '  API token                deployer secret show tracker.api.admin_token',
      '  What stands there        deployer show',
      '  What would change        deployer plan',
      '  Take it down             deployer destroy',
      '',
    ].join('\n'),
  })
})

test('what turned out to need nothing is not counted as changed', () => {
  const done = changes.tasks.map(({ addr, action }, at) => ({ addr, action, seconds: 1, ...(at > 0 && { idle: true as const }) }))
  assert.match(renderReport(report({ run: 2, done }), changes, PLAIN).stdout, /^demo is as wanted: 1 updated in /)
})

test('a later run ends with what was changed, and the file is repeated where it was named', () => {
  const done = changes.tasks.map(({ addr, action }) => ({ addr, action, seconds: 1 }))
  assert.is(
    renderReport(report({ run: 2, done, seconds: 65 }), changes, PLAIN, { file: 'prod.yaml' }).stdout,
    'demo is as wanted: 5 updated in 1 min 5 s. Run 2.\n\n  What stands there        deployer show prod.yaml\n  What would change        deployer plan prod.yaml\n',
  )
})

test('what the file asks for and this version does not act on is said at the end', () => {
  const unhandled = ['compose-stack.main', 'tracker.main', 'mysql.main', 'prometheus.main'] as const
  const { stdout } = renderReport(report(), { ...firstTime, unhandled }, PLAIN)
  assert.equal(stdout.split('\n').slice(1, 4), [
    'No tracker runs yet: this version does not act on compose-stack, tracker, mysql',
    'and prometheus.',
    '',
  ])
  const later = renderReport(report(), { ...firstTime, unhandled: ['backup.main'] }, PLAIN)
  assert.match(later.stdout, '\nThis version does not act on backup.\n')
})

test('going back ends with a word about the file, quiet with the line that counts', () => {
  const towards = { run: '12', file: 'prod.yaml', differs: true }
  assert.match(
    renderReport(report(), changes, PLAIN, { towards }).stdout,
    '  The file                 prod.yaml still asks for something else\n',
  )
  assert.not.match(renderReport(report(), changes, PLAIN, { towards: { ...towards, differs: false } }).stdout, 'prod.yaml')
  assert.is(renderReport(report(), firstTime, { ...PLAIN, verbosity: -1 }).stdout, 'demo is up: 5 created in 19.9 s. Run 1.\n')
  const failed = renderReport(report({ outcome: 'failed', done: [] }), firstTime, { ...PLAIN, verbosity: -1 })
  assert.is(failed.stdout, 'demo: 0 done. Run 1.\n')
})

test('a destroy ends with how to make it again', () => {
  const done = destruction.tasks.map(({ addr, action }) => ({ addr, action, seconds: 1 }))
  assert.equal(renderReport(report({ done, seconds: 2 }), destruction, PLAIN), {
    stderr: '',
    stdout: 'demo is gone: 5 deleted in 2.0 s. deployer apply makes it again, empty.\n',
  })
})

test('a server that exists is taken down to what it was, and not gone', () => {
  const done = destruction.tasks.map(({ addr, action }) => ({ addr, action, seconds: 1 }))
  const { stdout } = renderReport(report({ done, seconds: 2 }), { ...destruction, given: true }, PLAIN)
  const says = 'demo is taken down: 5 deleted in 2.0 s. The server stays, as it was before. deployer apply puts it there again.'
  assert.is(stdout.replaceAll('\n', ' ').trim(), says)
})

test('what was refused before it began is as before', () => {
  const failed = [{ addr: 'firewall.main', fault: { code: 'PORT_TAKEN', host: 'h', port: 2222, by: 'nginx' } }] as const
  const done = [{ addr: 'vm.main', action: 'update', seconds: 0.3 }] as const
  const now = (more: Partial<RunReport>): string => renderReport(report({ outcome: 'failed', failed, ...more }), changes, PLAIN).stderr
  assert.match(now({ done }), 'Now: vm.main is as wanted; firewall.main is as before.')
  assert.match(now({ done: [] }), 'Now: nothing was changed.')
})

test('what was put back runs as before, and is not half done', () => {
  const crash = { code: 'CONTAINER_CRASH_LOOP', host: 'h', service: 'tracker', exit: 101, times: 6, log: [], after: 'back' } as const
  const said = renderReport(report({ outcome: 'failed', done: [], failed: [{ addr: 'tracker.main', fault: crash }] }), changes, PLAIN)
  assert.match(said.stderr, '\n  Now: tracker.main runs as before.\n')
})

test('a failure says what failed, what stands now, and how to go on or back', () => {
  const failed = [{ addr: 'tracker.main', fault: { code: 'STEP_FAILED', host: 'h', step: 'start demo/tracker', output: 'a\nb' } }] as const
  const done = [
    { addr: 'compose-stack.main', action: 'update', seconds: 0.3 },
    { addr: 'prometheus.main', action: 'update', seconds: 0.6 },
  ] as const
  const skipped = [{ addr: 'backup.main', needs: 'tracker.main' }] as const
  assert.equal(renderReport(report({ run: 13, outcome: 'failed', done, failed, skipped }), changes, PLAIN, { backTo: 12 }), {
    stderr: [
      'error: STEP_FAILED: tracker.main: h: start demo/tracker failed',
      '  | a',
      '  | b',
      '  Mend the cause, then go on with: deployer apply',
      '  Now: compose-stack.main and prometheus.main are as wanted; tracker.main may be half done; backup.main is as before.',
      '',
    ].join('\n'),
    stdout: [
      'demo: 2 done, 1 failed, 1 skipped. Run 13.',
      '  Go on, after a fix       deployer apply',
      '  Go back to run 12        deployer apply --back-to 12',
      '',
    ].join('\n'),
  })
})

test('a check that fails is a failure although every task is done', () => {
  const checks = [check('ok'), check('failed', 'http 7070', 'no answer in 3 s')]
  const said = renderReport(report({ outcome: 'failed', checks }), firstTime, PLAIN)
  assert.match(said.stderr, 'error: CHECK_FAILED: everything is as wanted, but does not work: tracker.main http 7070: no answer in 3 s\n')
  assert.is(said.stdout.split('\n')[0], 'demo: 5 done, 1 check ok, 1 failed. Run 1.')
})

test('an interrupted run says how far it came and how to go on', () => {
  const done = [{ addr: 'vm.main', action: 'create', seconds: 5 }] as const
  const said = renderReport(report({ outcome: 'interrupted', done, notBegun: ['docker.main', 'tracker.main'] }), firstTime, PLAIN)
  assert.equal(said, {
    stderr: '',
    stdout: 'demo was interrupted: 1 done, 2 not begun. Run 1.\n  Go on                    deployer apply\n',
  })
})

test('what was begun and left off is told apart from what was not begun', () => {
  const said = renderReport(
    report({ outcome: 'interrupted', done: [], leftOff: ['vm.main'], notBegun: ['docker.main', 'tracker.main'] }),
    firstTime,
    PLAIN,
  )
  assert.is(
    said.stdout,
    `demo was interrupted: 0 done, 1 left off, 2 not begun. Run 1.
  Left off                 vm.main was begun and may be half done
  Go on                    deployer apply
`,
  )
})

test('a next command has the variables that this one had', () => {
  const said = renderReport(report({ outcome: 'interrupted' }), firstTime, PLAIN, { variables: [`DEPLOYER__NAME='it'\\''s'`], backTo: 3 })
  assert.match(said.stdout, `Go on                    DEPLOYER__NAME='it'\\''s' deployer apply\n`)
  assert.match(said.stdout, `DEPLOYER__NAME='it'\\''s' deployer apply --back-to 3\n`)
})

test('a destroy that failed goes on with destroy', () => {
  const failed = [{ addr: 'vm.main', fault: { code: 'PROVIDER_FAILED', provider: 'lxd', why: 'busy' } }] as const
  const said = renderReport(report({ outcome: 'failed', done: [], failed }), destruction, PLAIN, { command: 'destroy', backTo: 3 })
  assert.is(said.stdout, 'demo: 0 done, 1 failed. Run 1.\n  Go on, after a fix       deployer destroy\n')
})

test.run()
