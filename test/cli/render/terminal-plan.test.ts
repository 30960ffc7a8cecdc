import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Look } from '../../../cli/render/look.js'
import { PLAIN } from '../../../cli/render/look.js'
import { renderPlan } from '../../../cli/render/plan.js'
import { plan, task } from './plans.js'

const terminal = (width: number, more: Partial<Look> = {}): Look => ({ ...PLAIN, terminal: true, unicode: true, width, ...more })
const digest = (letter: string): string => `sha256:${letter.repeat(64)}`
const image = task('tracker.main', 'update', 'restarts tracker', {
  fields: [{ name: 'image', from: digest('a'), to: digest('b'), source: 'lock' }],
})
const long = task('caddy.main', 'update', '', {
  files: [
    {
      path: '/opt/torrust/Caddyfile',
      source: 'file',
      lines: ['@@ -1,60 +1,60 @@', ...Array.from({ length: 60 }, (_, at) => `+line ${at}`)],
    },
  ],
})
const linesOf = (look: Look, ...tasks: ReadonlyArray<typeof image>): ReadonlyArray<string> =>
  renderPlan(plan({ host: 'h', tasks }), look).split('\n')

test('a terminal of 80 columns has long values shortened in their middle, each change on one line', () => {
  assert.is(linesOf(terminal(80), image)[3], '    ~ image                   sha256:aa…aaaaaaaaa → sha256:bb…bbbbbbbbb   [lock]')
})

test('no line is wider than its terminal or than 120, but for a command that is there to be copied', () => {
  for (const width of [60, 80, 100, 120, 200])
    for (const line of linesOf(terminal(width), image).filter(one => !one.includes('deployer apply')))
      assert.is([...line].length <= Math.min(width, 120), true, line)
})

test('elsewhere, and with -v, values stand in full', () => {
  const whole = `    ~ image                   ${digest('a')} -> ${digest('b')}  [lock]`
  assert.is(linesOf(PLAIN, image)[3], whole)
  assert.is(linesOf(terminal(80, { verbosity: 1 }), image)[3], whole.replace('->', '→'))
})

test('a long diff is folded on a terminal, and says how to see all of it', () => {
  const folded = linesOf(terminal(80), long)
  assert.is(folded.filter(line => line.startsWith('        ')).length, 40)
  assert.ok(folded.includes('        … 22 more lines, all with -v'))
  assert.is(linesOf(PLAIN, long).filter(line => line.startsWith('        ')).length, 61)
})

test('a long sentence goes on below itself on a terminal, and stays one line elsewhere', () => {
  const sentence = 'denies incoming but the ports below, IPv4 and IPv6'
  const firewall = task('firewall.main', 'create', sentence)
  assert.equal(linesOf(terminal(60), firewall).slice(2, 4), [
    '+ create  firewall.main       denies incoming but the ports',
    '                              below, IPv4 and IPv6',
  ])
  assert.is(linesOf(PLAIN, firewall)[2], `+ create  firewall.main       ${sentence}`)
})

test('foreign things beyond five are counted on a terminal, and listed with --drift', () => {
  const drift = Array.from({ length: 8 }, (_, at) => ({ addr: 'firewall.main' as const, says: `rule ${at}`, fate: 'left alone' as const }))
  const said = (look: Look): string => renderPlan(plan({ host: 'h', tasks: [image], drift }), look)
  assert.match(said(terminal(80)), 'rule 4: left alone\n  … 3 more left alone; all with --drift\n')
  assert.match(said(terminal(80, { drift: true })), 'rule 7: left alone\n')
  assert.match(said(PLAIN), 'rule 7: left alone\n')
})

test('colour marks the beginning of a line and leaves the rest', () => {
  const [head, , , field] = linesOf(terminal(120, { color: true }), image)
  assert.is(head?.startsWith('\u001b[1mdemo on lxd, h: 1 update\u001b[0m   '), true)
  assert.is(field?.startsWith('\u001b[33m    ~\u001b[0m image'), true)
})

test('steps are shown with what they carry, secrets by name only', () => {
  const content = ['TOKEN=', { secret: 'tracker.api.admin_token', as: ['env'] }, '\n'] as const
  const put = { do: 'put', via: 'vm.main', path: '/opt/.env', mode: '0400', owner: 'root', group: 'root', content } as const
  const said = linesOf({ ...PLAIN, steps: true }, task('tracker.main', 'create', 'image', { steps: [put] }))
  assert.equal(said.slice(2, 5), [
    '+ create  tracker.main        image',
    '    step 1  write /opt/.env, 0400 root:root, 1 line, via vm.main',
    '        | TOKEN=(secret tracker.api.admin_token)',
  ])
})

test('-v says why, and what it costs', () => {
  const reasons = ['gone since it was last applied']
  const one = task('tracker.main', 'create', 'image', { reasons, impact: { stops: ['tracker.main'], seconds: 2 } })
  assert.equal(linesOf({ ...PLAIN, verbosity: 1 }, one).slice(3, 5), [
    '    gone since it was last applied',
    '    stops tracker.main, about 2 s',
  ])
})

test.run()
