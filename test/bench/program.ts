/** `plan` or `apply` of a world in code, with everything that the command itself goes through but the file: state, lock, host, output. */
import { setTimeout as sleep } from 'node:timers/promises'
import { PLAIN } from '../../cli/render/look.js'
import { renderPlan } from '../../cli/render/plan.js'
import { progress } from '../../cli/render/progress.js'
import { guard } from '../../engine/plan/guards.js'
import { makePlan, type Planned } from '../../engine/plan/plan.js'
import { isPending } from '../../engine/plan-value.js'
import { revealer } from '../../engine/reveal.js'
import { run } from '../../engine/run/run.js'
import { sandbox } from '../../providers/sandbox/index.js'
import { saysOf } from '../../specs/fault.js'
import { attempt, E, fail, need } from '../../specs/fp.js'
import { type Lock, openStore, type StateReader } from '../../state/index.js'
import { counting, type Written } from './counting.js'
import { kinds, wishOf } from './world.js'

/** The last line of what it prints. */
export interface Said {
  readonly tasks: number
  readonly megabytes: number
  readonly written?: Written
}

const [command = '', folder = '', size = '0', revision = '1'] = process.argv.slice(2)
const state = { folder, host: 'bench', user: 'bench', pid: process.pid, now: Date.now, env: process.env }
const pause = (ms: number): Promise<void> => sleep(ms)
const provider = sandbox({ folder, environment: 'bench', now: Date.now, sleep: pause })
const { reveal, mask } = revealer(secret => async () => fail({ code: 'SECRET_UNKNOWN', secret, known: [] }))

const planned = async (store: StateReader): Promise<Planned> => {
  const memory = need(store.memory('bench'))
  return need(
    makePlan({ wish: wishOf(Number(size), Number(revision)), kinds, provider, memory, reveal, mask, purpose: 'apply', tool: 'bench' }),
  )
}

const perform = async (lock: Lock, made: Planned): Promise<Written | undefined> => {
  const { plan, input } = made
  need(guard(plan, input.memory, { acceptLoss: [], acceptDeletes: false, purpose: 'apply' }))
  if (!isPending(plan) && made.records.length === 0) return undefined
  const spec = input.wish.resources.map(({ addr, spec }) => ({ addr, spec }))
  const counted = counting(
    need(lock.begin({ environment: 'bench', command: 'apply', fingerprint: plan.fingerprint, spec, tasks: plan.tasks.length })),
  )
  const shown = progress({
    write: text => process.stderr.write(text),
    terminal: false,
    columns: () => 80,
    rows: () => 24,
    color: false,
    unicode: false,
    now: Date.now,
    every: (ms, call) => {
      const timer = setInterval(call, ms)
      return () => clearInterval(timer)
    },
  })
  const stop = new AbortController().signal
  const clock = { now: Date.now, sleep: pause }
  const report = await need(run({ planned: made, journal: counted.journal, report: shown.on, stop, concurrency: 10, clock }))
  shown.close()
  const [first] = report.failed
  if (first !== undefined) need(fail(first.fault))
  return counted.written
}

const plan = async (): Promise<Said> => {
  const store = need(openStore({ ...state, mode: 'read' }))
  const made = await planned(store)
  process.stdout.write(renderPlan(made.plan, PLAIN))
  await made.links.close()
  store.close()
  return { tasks: made.plan.tasks.length, megabytes: megabytes() }
}

const apply = async (): Promise<Said> => {
  const store = need(openStore({ ...state, mode: 'write' }))
  const lock = need(store.lock({ environment: 'bench', file: `${folder}/environment.yaml`, provider: 'sandbox', command: 'apply' }))
  const made = await planned(store)
  process.stdout.write(renderPlan(made.plan, PLAIN))
  const written = await perform(lock, made)
  need(lock.release())
  await made.links.close()
  store.close()
  return { tasks: made.plan.tasks.length, megabytes: megabytes(), ...(written && { written }) }
}

const megabytes = (): number => process.resourceUsage().maxRSS / 1024

const said = await attempt(command === 'apply' ? apply : plan)()
if (E.isRight(said)) process.stdout.write(`${JSON.stringify(said.right)}\n`)
else {
  process.stderr.write(`${saysOf(said.left)}\n`)
  process.exitCode = 1
}
