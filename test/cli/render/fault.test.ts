import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { renderFault, renderIssues, renderProblems } from '../../../cli/render/fault.js'
import { PLAIN } from '../../../cli/render/look.js'
import type { Issue } from '../../../specs/issue.js'

const file = 'environment.yaml'
const issues: ReadonlyArray<Issue> = [
  {
    code: 'KEY_UNKNOWN',
    level: 'error',
    path: ['provider', 'profle'],
    place: { file, line: 2, col: 24, length: 6 },
    what: 'lxd has no such key. Did you mean profiles?',
    excerpt: 'provider: { kind: lxd, profle: (hidden) }',
    caret: { from: 23, length: 6 },
  },
  {
    code: 'VALUE_INVALID',
    level: 'error',
    path: ['tracker', 'udp', 1, 'bind'],
    place: { file, line: 4, col: 35, length: 11 },
    what: 'not an address.',
    expected: 'Expected public, loopback or an address such as 10.77.0.20 or "::".',
    excerpt: '  udp: [6969, { port: 6970, bind: 10.77.0.300 }]',
    caret: { from: 34, length: 11 },
  },
  {
    code: 'UNIT_MISSING',
    level: 'error',
    path: ['backup', 'retention'],
    place: { file, line: 10, col: 46, length: 1 },
    what: 'of what? 7d is seven days, 7h seven hours.',
    excerpt: 'backup: { schedule: "0 25 * * *", retention: 7 }',
    caret: { from: 45, length: 1 },
  },
]

test('every problem of a file stands at its place, with carets below what is meant', () => {
  assert.equal(renderFault({ code: 'SPEC_INVALID', file, issues }, PLAIN).split('\n'), [
    'environment.yaml:2:24: error: KEY_UNKNOWN at provider.profle',
    ' 2 | provider: { kind: lxd, profle: (hidden) }',
    '   |                        ^^^^^^ lxd has no such key. Did you mean profiles?',
    'environment.yaml:4:35: error: VALUE_INVALID at tracker.udp[1].bind',
    ' 4 |   udp: [6969, { port: 6970, bind: 10.77.0.300 }]',
    '   |                                   ^^^^^^^^^^^ not an address.',
    '   | Expected public, loopback or an address such as 10.77.0.20 or "::".',
    'environment.yaml:10:46: error: UNIT_MISSING at backup.retention',
    '10 | backup: { schedule: "0 25 * * *", retention: 7 }',
    '   |                                              ^ of what? 7d is seven days,',
    '   | 7h seven hours.',
    '',
    'environment.yaml: 3 errors, 0 warnings. deployer explain CODE tells more.',
    '',
  ])
})

test('a valid file has a result of one line', () => {
  assert.is(renderProblems(file, [], PLAIN), 'environment.yaml: 0 errors, 0 warnings.\n')
})

test('a problem without a place says what is and what was expected', () => {
  const issue: Issue = { code: 'OVERRIDE_UNKNOWN', level: 'warning', path: [], what: 'DEPLOYER__X names no field.', expected: 'Unset it.' }
  assert.is(renderIssues([issue], PLAIN), 'warning: OVERRIDE_UNKNOWN\n   | DEPLOYER__X names no field. Unset it.\n')
})

test('a fault is its code, its sentence and what to do', () => {
  assert.is(
    renderFault({ code: 'FILE_MISSING', folder: '/home/me' }, PLAIN),
    'error: FILE_MISSING: no environment file in /home/me or a folder above\n  Write one with: deployer init\n',
  )
})

test('what a failing command said stands below the sentence, its last eight lines, without colours and repeats', () => {
  const output = ['\u001b[31mred\u001b[0m', 'again', 'again', '', ...[1, 2, 3, 4, 5, 6, 7].map(n => `line ${n}`)].join('\n')
  const fault = { code: 'STEP_FAILED', host: '10.77.0.20', step: 'install ufw', output } as const
  assert.equal(renderFault(fault, PLAIN).split('\n'), [
    'error: STEP_FAILED: 10.77.0.20: install ufw failed',
    '  | ... 2 lines before, all with -v',
    ...[1, 2, 3, 4, 5, 6, 7].map(n => `  | line ${n}`),
    '  Mend the cause, then go on with: deployer apply',
    '',
  ])
  assert.match(renderFault(fault, { ...PLAIN, verbosity: 1 }), '  | red\n  | again\n  | line 1\n')
})

test('what a host says cannot move the cursor or turn words around', () => {
  const said = renderFault({ code: 'PERMISSION_DENIED', host: 'h', what: 'a\u001b[2Jb\u202ec\rd' }, PLAIN)
  assert.match(said, 'h does not permit it: a\\u001b[2Jb\\u202ec\\rd\n')
})

test('an incomplete run shows the first failure, then the sum', () => {
  const first = { code: 'PACKAGES_LOCKED', host: 'h' } as const
  const said = renderFault({ code: 'RUN_INCOMPLETE', environment: 'demo', done: 2, failed: 1, skipped: 1, run: 13, first }, PLAIN)
  assert.match(said, /^error: PACKAGES_LOCKED: .*\n {2}.*\nerror: RUN_INCOMPLETE: demo: 2 done, 1 failed, 1 skipped\n/)
})

test('on a narrow terminal a fault breaks between words only', () => {
  const fault = { code: 'USAGE', why: 'two environment files: one.yaml and the-other.yaml', usage: 'deployer plan one.yaml' } as const
  assert.is(
    renderFault(fault, { ...PLAIN, terminal: true, width: 60 }),
    'error: USAGE: two environment files: one.yaml and\n  the-other.yaml\n  Usage: deployer plan one.yaml\n',
  )
  assert.is(
    renderFault(fault, PLAIN),
    'error: USAGE: two environment files: one.yaml and the-other.yaml\n  Usage: deployer plan one.yaml\n',
  )
})

test('who says no is told that nothing was changed, and not of an error', () => {
  const question = 'Type the name of the environment to destroy it'
  assert.is(renderFault({ code: 'DECLINED', question }, PLAIN), 'Nothing was changed.\n')
  const why = 'nothing was destroyed: staging is not the name'
  assert.is(
    renderFault({ code: 'DECLINED', question, why }, { ...PLAIN, terminal: true, color: true, width: 60 }),
    'Nothing was destroyed: staging is not the name.\n',
  )
})

test.run()
