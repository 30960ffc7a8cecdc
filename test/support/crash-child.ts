import { setTimeout as sleep } from 'node:timers/promises'
import type { Channel, Provider } from '../../engine/channel.js'
import { isIdle, makePlan, type Planned } from '../../engine/plan/plan.js'
import { revealer } from '../../engine/reveal.js'
import { run } from '../../engine/run/run.js'
import type { Journal } from '../../engine/store.js'
import { sandbox } from '../../providers/sandbox/index.js'
import { decodeEnvironment } from '../../resources/environment.js'
import { kinds } from '../../resources/registry.js'
import { wishOf } from '../../resources/wish.js'
import { attempt, E, need } from '../../specs/fp.js'
import { type Lock, openStore, type Store } from '../../state/index.js'

/**
 * One apply or destroy of a whole environment in a process of its own, which kills itself (-9) at a given point. Points are
 * counted before and after everything that lasts: each write of the journal, each batch on the host, each step in it.
 */
const [, , purpose = 'apply', folder = '', point = '0', text = '{}'] = process.argv
const killAt = Number(point)
let passed = 0
const reach = (): void => {
  passed += 1
  if (passed === killAt) process.kill(process.pid, 'SIGKILL')
}
const around = <A>(body: () => A): A => {
  reach()
  const result = body()
  reach()
  return result
}

const mortal = (journal: Journal): Journal => ({
  ...journal,
  intents: tasks => around(() => journal.intents(tasks)),
  results: results => around(() => journal.results(results)),
  end: outcome => around(() => journal.end(outcome)),
})
const frail = (channel: Channel): Channel => ({
  ...channel,
  act: async (batch, reveal, on) => {
    reach()
    const outcome = await channel.act(batch, reveal, event => {
      reach()
      on(event)
    })
    reach()
    return outcome
  },
})
const frailProvider = (provider: Provider): Provider => ({
  ...provider,
  ...frail(provider),
  connect: machine => frail(provider.connect(machine)),
})

const environment = decodeEnvironment(JSON.parse(text))
if (environment.value === undefined) throw new Error(JSON.stringify(environment.issues))
const wish = wishOf(environment.value, { keys: ['ssh-ed25519 AAAA test'], overrides: [] })
const pause = (ms: number): Promise<void> => sleep(ms)
const provider = frailProvider(sandbox({ folder, environment: wish.environment, now: Date.now, sleep: pause }))
const { reveal } = revealer(secret => async () => E.right(`text of ${secret}`))

const who = { folder, host: 'here', user: 'test', pid: process.pid, now: Date.now, env: {} }
const opened = openStore(who)
if (E.isLeft(opened)) throw new Error(opened.left.code)
const store: Store = opened.right
const clock = { now: Date.now, sleep: async () => undefined }

const planned = (): Promise<Planned> =>
  need(
    makePlan({
      wish,
      kinds,
      provider,
      memory: need(store.memory(wish.environment)),
      reveal,
      mask: text => text,
      tool: 'crash',
      purpose: purpose === 'destroy' ? 'destroy' : 'apply',
    }),
  )

const perform = async (lock: Lock, made: Planned): Promise<unknown> => {
  const { fingerprint, tasks } = made.plan
  const journal = mortal(need(lock.begin({ environment: wish.environment, command: purpose, fingerprint, spec: {}, tasks: tasks.length })))
  return need(run({ planned: made, journal, report: () => undefined, stop: new AbortController().signal, concurrency: 4, clock }))
}

const ended = await attempt(async () => {
  const lock = need(
    store.lock({ environment: wish.environment, file: `${folder}/environment.yaml`, provider: 'sandbox', command: purpose }),
  )
  const first = await planned()
  const report = isIdle(first) ? undefined : await perform(lock, first)
  const second = await planned()
  return { report, left: second.plan.tasks.map(({ action, addr }) => `${action} ${addr}`), idle: isIdle(second) }
})()
process.stdout.write(`${JSON.stringify(E.isRight(ended) ? ended.right : ended.left)}\n`)
