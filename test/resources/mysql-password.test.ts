import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Ask, Asks, Step } from '../../engine/contract.js'
import { change, type Place, viewOf } from '../../engine/model/model.js'
import type { Sealed } from '../../engine/model/seal.js'
import type { Decision } from '../../engine/plan/decide.js'
import { accountAt } from '../../resources/database.js'
import { type MysqlSeen, type MysqlWanted, mysql } from '../../resources/mysql/index.js'
import { HOSTS, roleIn } from '../support/environments.js'
import { withStack } from '../support/stacked.js'
import { act, answerTo, copyOf, decideAs, doStep, entryFor, type Role, type Stage, settle, stageWith } from '../support/stage.js'

const host = HOSTS[1] as (typeof HOSTS)[number]
const roleOf = (addr: 'mysql.main' | 'tracker.main', mysql: object = {}, database = 'mysql'): Role =>
  roleIn({ mysql, tracker: { udp: [6969], database } }, addr, { host })
const [server, client] = [roleOf('mysql.main'), roleOf('tracker.main')]
const { root, user } = entryFor(server).want as MysqlWanted
const FOLDER = '/opt/torrust/storage/mysql/passwords'

const placeOf = ({ model }: Stage): Place => model.hosts.get('demo') as Place
const at = <A extends Ask>(stage: Stage, ask: A, key: string) => viewOf(placeOf(stage)).at(ask, key)
const put = (stage: Stage, ask: Ask, key: string, to: unknown): void => change(placeOf(stage), { ask, key, to } as never)

/** As if the environment file had asked for another password when all this was made. */
const WAS: Sealed = { sealed: 'was' }
const EARLIER: Sealed = { sealed: 'earlier' }
const lay = (stage: Stage, file: string, sealed: Sealed): void =>
  put(stage, 'file', `${FOLDER}/${file}`, { mode: '0600', owner: 'root', group: 'root', ...(sealed as object) })
const take = (stage: Stage, account: typeof user, passwords: ReadonlyArray<Sealed>): void => {
  const { key } = accountAt(account)
  put(stage, 'account', key, { ...at(stage, 'account', key), passwords })
}

const settled = async (): Promise<Stage> => {
  const stage = stageWith(host, 'demo', withStack('/opt/torrust'))
  await settle(stage, server)
  await settle(stage, client)
  return stage
}
const before = async (): Promise<Stage> => {
  const stage = await settled()
  lay(stage, 'tracker', WAS)
  take(stage, user, [WAS])
  const env = '/opt/torrust/storage/tracker/tracker.env'
  put(stage, 'file', env, { ...at(stage, 'file', env), sealed: 'was' })
  put(stage, 'container', 'demo/tracker', { ...(at(stage, 'container', 'demo/tracker') as object), digest: 'was' })
  return stage
}

const accountOf = async (stage: Stage, account: typeof user): Promise<Asks['account'] | undefined> => {
  const answer = await answerTo(stage, server, accountAt(account))
  return answer.is === 'present' ? (answer.value as Asks['account']) : undefined
}
const taken = (stage: Stage): ReadonlyArray<Sealed> => at(stage, 'account', accountAt(user).key)?.passwords ?? []

/** The container of the tracker has the password that it was started with. */
const lets = (stage: Stage): boolean => {
  const isOld = at(stage, 'container', 'demo/tracker')?.digest === 'was'
  const [newest] = taken(stage)
  return isOld ? JSON.stringify(taken(stage)).includes('"was"') : newest !== undefined && JSON.stringify(newest) !== JSON.stringify(WAS)
}
const holds = async (stage: Stage, when: string): Promise<void> => {
  assert.ok(lets(stage), `${when}: the tracker is let in`)
  for (const account of [root, user])
    assert.ok((await accountOf(stage, account))?.by, `${when}: what lets ${account.user} in lies on the host`)
}
const isDone = async (stage: Stage): Promise<void> => {
  assert.equal([(await decideAs(stage, server)).action, (await decideAs(stage, client)).action], ['none', 'none'])
  for (const account of [root, user]) {
    const { accepts, by, retains } = (await accountOf(stage, account)) ?? {}
    assert.equal({ accepts, by, retains }, { accepts: 'wanted', by: 'current', retains: undefined })
  }
  assert.is(at(stage, 'file', `${FOLDER}/tracker.next`), undefined)
  assert.is(at(stage, 'file', `${FOLDER}/root.next`), undefined)
}

const word = (step: Step): string => {
  if (step.do === 'put' || step.do === 'remove') return `${step.do} ${step.path.slice('/opt/torrust/storage/'.length)}`
  if (step.do !== 'sql') return step.do
  return typeof step.statement === 'string' ? step.statement : step.statement.map(one => (typeof one === 'string' ? one : '?')).join('')
}

test('a new password is one plan: beside the old one, then the tracker, then alone', async () => {
  const stage = await before()
  const [first, second] = [await decideAs(stage, server), await decideAs(stage, client)]
  assert.equal(first.steps.map(word), [
    'put mysql/passwords/tracker.next',
    "CREATE USER IF NOT EXISTS 'tracker'@'%' IDENTIFIED BY ?;\nALTER USER 'tracker'@'%' IDENTIFIED BY ? RETAIN CURRENT PASSWORD PASSWORD EXPIRE NEVER ACCOUNT UNLOCK;",
    'put mysql/passwords/tracker',
    'remove mysql/passwords/tracker.next',
  ])
  assert.equal(second.steps.map(word), ['put tracker/tracker.env', 'pull', 'try', 'up', "ALTER USER 'tracker'@'%' DISCARD OLD PASSWORD;"])
  assert.equal(first.impact.stops, [])
  assert.equal(first.diff.action === 'update' && first.diff.fields, [{ name: 'password', secret: true }])
})

test('of a server that takes no password of root nothing is said but that', async () => {
  const { seen } = await decideAs(await settled(), server)
  const silent = { accepts: 'neither', grants: [], databases: [] } as const
  const diff = mysql.diff(entryFor(server).want as MysqlWanted, {
    ...(seen as MysqlSeen),
    root: silent,
    user: { ...silent, accepts: 'wanted', by: 'current' },
  })
  assert.equal(diff.action === 'update' && [diff.fields, diff.files], [[{ name: 'root_password', secret: true }], []])
})

/** What one run would do, as it was planned: the second task's steps are those of the plan, not decided anew. */
const planned = async (stage: Stage): Promise<ReadonlyArray<readonly [Role, Decision]>> => [
  [server, await decideAs(stage, server)],
  [client, await decideAs(stage, client)],
]

const cutAt = async (stage: Stage, count: number): Promise<number> => {
  let done = 0
  for (const [role, { steps, claims }] of await planned(stage))
    for (const step of steps) {
      if (done >= count) return done
      await act(stage, role, { claims, steps: [], releases: [] })
      await doStep(stage, role, step)
      done += 1
      await holds(stage, `after ${done}, ${word(step)}`)
    }
  return done
}

const EVERYTHING = Number.POSITIVE_INFINITY
const scenes: { readonly [name: string]: (stage: Stage) => void } = {
  'a password': () => undefined,
  "root's": stage => {
    lay(stage, 'root', WAS)
    take(stage, root, [WAS])
  },
  'one that was being changed to yet another, and had not begun': stage => lay(stage, 'tracker.next', EARLIER),
  "root's, that was being changed to yet another, and had begun": stage => {
    lay(stage, 'root', WAS)
    lay(stage, 'root.next', EARLIER)
    take(stage, root, [EARLIER])
  },
}
for (const [name, arrange] of Object.entries(scenes))
  test(`a change of ${name} can be cut off anywhere, and nobody is ever refused`, async () => {
    const start = await before()
    arrange(start)
    const whole = copyOf(start)
    const all = await cutAt(whole, EVERYTHING)
    await isDone(whole)
    for (let count = 0; count < all; count++) {
      const stage = copyOf(start)
      await cutAt(stage, count)
      await cutAt(stage, EVERYTHING)
      await isDone(stage)
    }
  })

test('what nobody uses is changed at once, and what is left of an earlier change goes', async () => {
  const unused = roleOf('mysql.main', {}, 'sqlite')
  const stage = stageWith(host, 'demo', withStack('/opt/torrust'))
  await settle(stage, unused)
  take(stage, user, [WAS])
  lay(stage, 'tracker', WAS)
  await settle(stage, unused)
  assert.is(taken(stage).length, 1)
  take(stage, user, [...taken(stage), WAS])
  const { steps } = await decideAs(stage, unused)
  assert.equal(steps.map(word), ["ALTER USER 'tracker'@'%' DISCARD OLD PASSWORD;"])
  await settle(stage, unused)
  assert.is((await decideAs(stage, unused)).action, 'none')
})

test('a server that refuses root is told of before anything is changed', async () => {
  const stage = await settled()
  take(stage, root, [EARLIER])
  const { refused } = await decideAs(stage, server)
  assert.is(refused?.code, 'DATABASE_REFUSED')
})

test('too much and too little is put right, statement by statement', async () => {
  const stage = await settled()
  const { key } = accountAt(user)
  put(stage, 'account', key, {
    ...at(stage, 'account', key),
    grants: ['SELECT ON `mysql`.*', 'SELECT, INSERT ON `tracker`.* WITH GRANT OPTION', 'PROCESS ON *.*'],
  })
  const { steps, diff } = await decideAs(stage, server)
  assert.equal(steps.map(word), [
    [
      "REVOKE SELECT ON `mysql`.* FROM 'tracker'@'%';",
      "REVOKE SELECT, INSERT, GRANT OPTION ON `tracker`.* FROM 'tracker'@'%';",
      "REVOKE PROCESS ON *.* FROM 'tracker'@'%';",
      "GRANT ALL PRIVILEGES ON `tracker`.* TO 'tracker'@'%';",
    ].join('\n'),
  ])
  assert.equal(diff.action === 'update' && diff.fields.map(({ name }) => name), ['grants of tracker'])
  await settle(stage, server)
  await isDone(stage)
})

test('a database of another name says that it is empty, a user of another name goes', async () => {
  const stage = await settled()
  const renamed = roleOf('mysql.main', { database: 'other', user: 'ann' })
  const { impact, steps, releases } = await decideAs(stage, renamed)
  assert.is(impact.data, 'a new database other is empty; tracker stays on the server, and nothing is copied over')
  assert.ok(steps.some(step => step.do === 'sql' && word(step).startsWith('CREATE DATABASE IF NOT EXISTS `other` CHARACTER SET utf8mb4')))
  assert.ok(releases.some(({ what, id }) => what === 'account' && id === accountAt(user).key))
  await act(stage, renamed, await decideAs(stage, renamed))
  assert.is(at(stage, 'account', accountAt(user).key), undefined)
})

test('an upgrade says what it means, an older server is refused the data', async () => {
  const stage = await settled()
  const newer = await decideAs(stage, roleOf('mysql.main', { image: 'mysql:9.7' }))
  assert.is(newer.impact.effect, 'restarts mysql, 8.4 to 9.7')
  assert.match(newer.impact.says?.join(' ') ?? '', /no way back/)
  assert.equal((await decideAs(stage, roleOf('mysql.main', { image: 'mysql:8.0' }))).refused, {
    code: 'DATA_NEWER',
    addr: 'mysql.main',
    path: '/opt/torrust/storage/mysql/data',
    has: '8.4',
    wanted: '8.0',
  })
})

test('a password that others can read is closed again, and nothing else happens', async () => {
  const stage = await settled()
  put(stage, 'file', `${FOLDER}/root`, { ...at(stage, 'file', `${FOLDER}/root`), mode: '0644' })
  const { diff, steps, impact } = await decideAs(stage, server)
  assert.equal(diff.action === 'none' ? [] : diff.fields, [{ name: `${FOLDER}/root`, from: '0644 root:root', to: '0600 root:root' }])
  assert.equal(steps.map(word), ['put mysql/passwords/root'])
  assert.equal(impact.stops, [])
  await settle(stage, server)
  await isDone(stage)
})

test.run()
