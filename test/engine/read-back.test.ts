import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Channel } from '../../engine/channel.js'
import type { Answer, Probe, Text } from '../../engine/contract.js'
import type { Planned } from '../../engine/plan/plan.js'
import { placesIn, readBack, standingIn } from '../../engine/read-back.js'
import { type Encoder, encodeAs } from '../../specs/encode.js'
import { randomText } from '../../state/secret-box.js'

const ENV: Text = [
  "A='x'\nTOKEN=",
  { secret: 'tracker.api.admin_token', as: ['toml', 'env'] },
  '\nURL=',
  'mysql://tracker:',
  { secret: 'mysql.password', as: ['url'] },
  '@mysql:3306/tracker\n',
]
const filled = (text: Text, clear: string): string =>
  typeof text === 'string'
    ? text
    : text.map(part => (typeof part === 'string' ? part : 'secret' in part ? encodeAs(clear, part.as) : '')).join('')
const standings = (text: Text, file: string): ReadonlyArray<string | undefined> =>
  placesIn('/f', text).map(place => standingIn(file, place))

test('a generated secret is read back from wherever it can be written', () => {
  const encoders: ReadonlyArray<Encoder> = ['url', 'env', 'json', 'toml', 'yaml', 'shell', 'sql', 'cnf']
  fc.assert(
    fc.property(
      fc.subarray([...encoders], { maxLength: 2 }),
      fc.integer({ min: 16, max: 128 }),
      fc.constantFrom('', 'password = ', 'ä='),
      (as, length, before) => {
        const clear = randomText(length)
        const text: Text = ['# first\n', before, { secret: 's', as }, '\nlast\n']
        assert.equal(standings(text, filled(text, clear)), [clear])
      },
    ),
  )
})

test('each secret of a file is known by its line, whatever has changed around it', () => {
  const clear = randomText(32)
  const file = filled(ENV, clear)
  assert.equal(standings(ENV, file), [clear, clear])
  assert.equal(standings(ENV, `NEW=1\n${file.replace("A='x'\n", '')}`), [clear, clear])
  assert.equal(standings(ENV, file.replace('TOKEN', 'OTHER')), [undefined, clear])
})

test('a file that is nothing but the secret is read as a whole', () => {
  const clear = randomText(32)
  const whole: Text = [{ secret: 's', as: [] }]
  assert.equal(standings(whole, clear), [clear])
  assert.equal(standings(whole, `${clear}\n${randomText(32)}`), [undefined])
})

test('nothing is taken for a secret that was not generated, or cannot be told apart', () => {
  const whole: Text = ['k=', { secret: 's', as: ['env'] }, '\n']
  for (const other of ['', 'short', 'with blanks in it, many', `1${randomText(20)}`, 'x'.repeat(129)])
    assert.equal(standings(whole, `k=${other}\n`), [undefined])
  assert.equal(standings(whole, `k=${randomText(16)}\nk=${randomText(16)}\n`), [undefined])
  const unreadable: ReadonlyArray<Text> = [
    'k=text\n',
    ['k=', { digest: [[{ secret: 's', as: [] }]] }],
    ['k=', { secret: 's', as: ['base64'] }],
    [
      { secret: 's', as: [] },
      { secret: 't', as: [] },
    ],
  ]
  assert.equal(
    unreadable.flatMap(text => placesIn('/f', text)),
    [],
  )
})

const plannedOf = (files: { readonly [path: string]: string }, held: ReadonlyArray<string>) => {
  const asked: Array<Probe> = []
  const channel: Pick<Channel, 'look'> = {
    look: async probes => {
      asked.push(...probes)
      const answers = probes.map(({ key }): Answer<unknown> => {
        const content = files[key]
        return content === undefined ? { is: 'absent' } : { is: 'present', value: { content, mode: '0600', owner: 'root', group: 'root' } }
      })
      return { answers, ledger: [], busy: [] }
    },
  }
  const probe = (key: string, match: Text): Probe => ({ ask: 'file', key, via: 'vm.main', match })
  const planned = {
    entries: new Map([
      ['mysql.main', { addr: 'mysql.main', probes: [probe('/passwords/tracker', [{ secret: 'mysql.password', as: [] }])] }],
      ['tracker.main', { addr: 'tracker.main', probes: [probe('/tracker.env', ENV)] }],
    ]),
    world: {
      held: new Map([
        ['mysql.main', held.map(id => ({ what: 'file', id }))],
        ['tracker.main', held.map(id => ({ what: 'file', id }))],
      ]),
      machines: new Map([['vm.main', { seen: { running: true } }]]),
    },
    routes: { rootOf: () => 'vm.main' },
    links: { to: () => channel },
    input: {},
  } as unknown as Planned
  return { planned, asked }
}
const LACKING = [{ secret: 'mysql.password' }, { secret: 'tracker.api.admin_token' }]

test('what the state lacks comes from files of ours; where two differ, from that of whoever comes first', async () => {
  const [first, second] = [randomText(32), randomText(32)]
  const { planned, asked } = plannedOf({ '/passwords/tracker': first, '/tracker.env': filled(ENV, second) }, [
    '/passwords/tracker',
    '/tracker.env',
  ])
  assert.equal(
    [...(await readBack(planned, LACKING))],
    [
      ['mysql.password', first],
      ['tracker.api.admin_token', second],
    ],
  )
  assert.ok(asked.every(probe => probe.match === undefined))
})

test('a file that the ledger does not give us is not even asked for, nor one with other secrets', async () => {
  const files = { '/passwords/tracker': randomText(32), '/tracker.env': filled(ENV, randomText(32)) }
  const foreign = plannedOf(files, [])
  assert.equal([...(await readBack(foreign.planned, LACKING))], [])
  assert.equal(foreign.asked, [])
  const other = plannedOf(files, ['/passwords/tracker', '/tracker.env'])
  await readBack(other.planned, [{ secret: 'mysql.root_password' }])
  assert.equal(other.asked, [])
})

test('what is not on the host any more is not found', async () => {
  const { planned } = plannedOf({}, ['/passwords/tracker', '/tracker.env'])
  assert.equal([...(await readBack(planned, LACKING))], [])
})

test.run()
