import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Asks } from '../../engine/contract.js'
import { change, viewOf } from '../../engine/model/model.js'
import type { TrackerWanted } from '../../resources/tracker/index.js'
import { saysOf } from '../../specs/fault.js'
import { HOSTS, roleIn } from '../support/environments.js'
import { WITH_ENGINE } from '../support/stacked.js'
import { decideAs, entryFor, settle, stageWith } from '../support/stage.js'

const host = HOSTS[1] as (typeof HOSTS)[number]
const database = { driver: 'mysql', host: 'db.example.net', password: { env: 'DB' } }
const input = { tracker: { udp: [6969], image: 'torrust/tracker:v3.0.0', database } }
const [stack, tracker] = [roleIn(input, 'compose-stack.main', { host }), roleIn(input, 'tracker.main', { host })]
const moved = roleIn({ tracker: { ...input.tracker, udp: [6970] } }, 'tracker.main', { host })
const { key } = (entryFor(tracker).want as TrackerWanted).database ?? { key: '' }

const stageWhere = (answers: Asks['database']) => {
  const stage = stageWith(host, 'demo', WITH_ENGINE)
  const [place] = [...stage.model.hosts.values()]
  if (place === undefined) throw new Error('no host')
  const says = (to: Asks['database']): void => change(place, { ask: 'database', key, to })
  says(answers)
  return { stage, says, view: viewOf(place) }
}

const REFUSALS: ReadonlyArray<readonly [Asks['database'], code: string, at: string, says: RegExp]> = [
  [
    { refuses: 'unreachable', says: 'connection refused', tables: [] },
    'DATABASE_UNREACHABLE',
    'host',
    /db\.example\.net: connection refused/,
  ],
  [{ refuses: 'encryption', says: 'Access denied', tables: [] }, 'DATABASE_ENCRYPTED', 'host', /lets tracker in over encrypted/],
  [{ refuses: 'login', says: 'Access denied', tables: [] }, 'DATABASE_REFUSED', 'password', /refuses tracker: Access denied/],
  [{ version: '5.7.44', refuses: 'missing', tables: [] }, 'DATABASE_OLD', 'host', /of version 5\.7\.44; the tracker needs MySQL 8\.0/],
  [{ version: '8.4.3', refuses: 'missing', says: 'no', tables: [] }, 'DATABASE_UNKNOWN', 'name', /has no database tracker/],
  [
    { version: '8.4.3', lacks: ['UPDATE', 'CREATE'], tables: [] },
    'DATABASE_PRIVILEGES',
    'user',
    /may not UPDATE, CREATE in the database tracker/,
  ],
]

for (const [answer, code, at, says] of REFUSALS)
  test(`nothing of the stack is written where ${code} would be found`, async () => {
    const { refused } = await decideAs(stageWhere(answer).stage, stack)
    assert.is(refused?.code, code)
    assert.equal(refused && 'path' in refused && refused.path, ['tracker', 'database', at])
    if (refused) assert.match(saysOf(refused), says)
  })

test('a server that lets in with all that is needed is no reason to refuse, MariaDB neither', async () => {
  for (const version of ['8.0.36', '9.7.4-2', '10.11.6-MariaDB']) {
    const { stage } = stageWhere({ version, tables: [] })
    assert.is((await decideAs(stage, stack)).refused, undefined)
    assert.is((await decideAs(stage, tracker)).refused, undefined)
  }
})

test('a tracker that is as wanted says that its database refuses, and is not changed while it does', async () => {
  const { stage, says } = stageWhere({ version: '8.4.3', tables: [] })
  await settle(stage, stack)
  await settle(stage, tracker)
  says({ refuses: 'login', says: 'Access denied', tables: [] })
  const { action, seen } = await decideAs(stage, tracker)
  assert.is(action, 'none')
  const { kind, want } = entryFor(tracker)
  assert.equal(kind.unmet(want, seen), ['the database at db.example.net refuses tracker: Access denied'])
  assert.is((await decideAs(stage, moved)).refused?.code, 'DATABASE_REFUSED')
})

test('a host that is not there yet says that it will ask first', () => {
  const { kind, want } = entryFor(stack)
  const diff = kind.diff(want, undefined)
  const told = diff.action === 'none' ? [] : diff.fields.filter(({ notable }) => notable)
  assert.equal(told, [{ name: 'database tracker', to: 'db.example.net is asked for it before anything of this is written', notable: true }])
})

test('its tables are looked for on a server of ours, too, by the way of its container', () => {
  const ours = roleIn({ tracker: { udp: [6969], database: 'mysql' }, mysql: {} }, 'tracker.main', { host })
  const { kind, want } = entryFor(ours)
  const check = kind.checks(want).find(({ probe }) => probe.ask === 'database')
  assert.is(check?.says, 'database tracker at mysql: lets tracker in, tables keys torrents whitelist')
  assert.match(check?.probe.key ?? '', /&container=demo-mysql-1$/)
  assert.equal(check?.expect, { tables: ['keys', 'torrents', 'whitelist'] })
})

test.run()
