import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { renderGraph } from '../../../cli/render/graph.js'
import { renderGreeting, renderHere } from '../../../cli/render/greeting.js'
import { PLAIN } from '../../../cli/render/look.js'
import { renderTable } from '../../../cli/render/table.js'
import { renderText, renderValue } from '../../../cli/render/value.js'
import { agoWord, allWord, elapsedWord, sizeWord, tookWord, untilWord } from '../../../cli/render/words.js'

const rows = [
  ['vm.main', 'ok', 'load 0.4 of 2, memory 31 %'],
  ['compose-stack.main', 'failing', 'develop@sha256:41d2c07b41d2c07b41d2c07b41d2c07b41d2c07b41d2c07be9a1'],
  ['日本.main', 'ok'],
]

test('columns stand two blanks apart, also where characters are wide', () => {
  assert.equal(renderTable(['resource', 'state', 'detail'], rows, PLAIN).split('\n'), [
    'RESOURCE            STATE    DETAIL',
    'vm.main             ok       load 0.4 of 2, memory 31 %',
    'compose-stack.main  failing  develop@sha256:41d2c07b41d2c07b41d2c07b41d2c07b41d2c07b41d2c07be9a1',
    '日本.main           ok',
    '',
  ])
})

test('on a narrow terminal the last column goes on below itself, and no word is broken', () => {
  const look = { ...PLAIN, terminal: true, unicode: true, width: 60 }
  const long = [...rows, ['tracker.main', 'ok', 'torrust/tracker:develop, up 3 d, 2 of 2 listeners answer']]
  assert.equal(renderTable(['resource', 'state', 'detail'], long, look).split('\n'), [
    'RESOURCE            STATE    DETAIL',
    'vm.main             ok       load 0.4 of 2, memory 31 %',
    'compose-stack.main  failing  develop@sha256:41d2c07b41d2c07b41d2c07b41d2c07b41d2c07b41d2c07be9a1',
    '日本.main           ok',
    'tracker.main        ok       torrust/tracker:develop, up 3',
    '                             d, 2 of 2 listeners answer',
    '',
  ])
})

test('on a narrow terminal whole columns go on below, under each other', () => {
  const look = { ...PLAIN, terminal: true, width: 60 }
  const columns = ['run', 'command', 'outcome', 'done', 'failed', 'skipped', 'took', 'when', 'by']
  const runs = [
    ['12', 'apply --back-to 3', 'interrupted', '0 of 3', '0', '0', '0.9 s', 'just now', 'root@vm'],
    ['1', 'apply', 'done', '3', '0', '0', '5.0 s', '3 min ago', ''],
  ]
  assert.equal(renderTable(columns, runs, look).split('\n'), [
    'RUN  COMMAND            OUTCOME      DONE    FAILED  SKIPPED',
    '     TOOK   WHEN       BY',
    '12   apply --back-to 3  interrupted  0 of 3  0       0',
    '     0.9 s  just now   root@vm',
    '1    apply              done         3       0       0',
    '     5.0 s  3 min ago',
    '',
  ])
})

const nodes = ['vm.main', 'firewall.main', 'docker.main'].map(addr => ({ addr }))
const edges = [
  { from: 'vm.main', to: 'firewall.main' },
  { from: 'vm.main', to: 'docker.main' },
]

test('a graph as text is one line a resource, in order', () => {
  assert.is(renderGraph(nodes, edges, 'text'), 'vm.main\nfirewall.main       after vm.main\ndocker.main         after vm.main\n')
})

test('a graph for Mermaid and for DOT has quoted names', () => {
  assert.is(
    renderGraph(nodes, edges, 'mermaid'),
    'flowchart LR\n  n0["vm.main"]\n  n1["firewall.main"]\n  n2["docker.main"]\n  n0 --> n1\n  n0 --> n2\n',
  )
  assert.is(renderGraph([{ addr: 'a."b"' }], [], 'dot'), 'digraph deployer {\n  rankdir=LR\n  node [shape=box]\n  "a.\\"b\\""\n}\n')
})

test('a newcomer is told what this is and how to begin', () => {
  const ways = [
    ['deployer init', 'to try it: a simulated host, nothing real happens'],
    ['deployer init lxd', 'a machine on this computer (LXD is here)'],
  ] as const
  assert.is(
    renderGreeting({ ways, note: 'This version applies the first only.' }, PLAIN),
    `deployer makes a running BitTorrent tracker out of one file, and keeps it so.

There is no environment file here or in a folder above. Write one with:

  deployer init             to try it: a simulated host, nothing real happens
  deployer init lxd         a machine on this computer (LXD is here)

This version applies the first only.

Then:

  deployer plan             see what would change; changes nothing
  deployer apply            see it, agree, have it done and tested
  deployer destroy          take it down, after typing its name

More: deployer --help. An environment elsewhere: deployer plan FILE
`,
  )
})

test('beside an environment file the next command is named', () => {
  const here = { file: 'environment.yaml', environment: 'demo', provider: 'sandbox', simulated: true, next: 'deployer plan' }
  assert.is(
    renderHere(here, PLAIN),
    'demo on sandbox (simulated), environment.yaml\nLast run: none yet\nNext: deployer plan\n\nMore: deployer --help\n',
  )
})

test('values read as an environment file writes them', () => {
  const value = { port: 6970, bind: '::', from: ['any', 'a, b'], none: null, off: false }
  assert.is(renderValue(value), '{ port: 6970, bind: ::, from: [any, "a, b"], none: null, off: false }')
  assert.is(renderValue('2GiB, as it was: [x]'), '2GiB, as it was: [x]')
  assert.is(renderValue(''), '""')
  assert.is(renderValue(' a\nb'), '" a\\nb"')
  assert.is(renderValue(['x=', { secret: 'a.b', as: ['env'] }]), 'x=(secret)')
  assert.is(renderValue({ digest: ['canary'] }), '(secret)')
  assert.is(renderText(['x=', { secret: 'a.b', as: ['env'] }, { digest: ['canary'] }]), 'x=(secret a.b)(digest)')
})

test('times and sizes in words', () => {
  assert.equal([0, 5.66, 59.97, 65, 3725].map(tookWord), ['0.0 s', '5.7 s', '1 min', '1 min 5 s', '1 h 2 min'])
  assert.equal([0.9, 60, 3600].map(elapsedWord), ['0 s', '1 min', '1 h'])
  assert.equal([0.5, 1, 4.2, 90].map(untilWord), ['0.5 s', '1 s', '5 s', '1 min 30 s'])
  assert.equal([5, 300, 7200, 3 * 86400].map(agoWord), ['just now', '5 min ago', '2 h ago', '3 d ago'])
  assert.equal([0, 1023, 2 * 1024 ** 3, 512 * 1024 ** 2, 1.5 * 1024 ** 3].map(sizeWord), ['0 B', '1023 B', '2 GiB', '512 MiB', '1.5 GiB'])
  assert.equal([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(allWord), ['none', 'a', 'a and b', 'a, b and c'])
})

test.run()
