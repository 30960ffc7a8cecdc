import type { Addr } from '../../engine/contract.js'
import { makePlan, type PlanInput, type Planned } from '../../engine/plan/plan.js'
import { run } from '../../engine/run/run.js'
import type { RunEvent, RunReport } from '../../engine/run-value.js'
import type { Remembered } from '../../engine/store.js'
import type { Declared, Wish } from '../../engine/wish.js'
import type { Fault } from '../../specs/fault.js'
import { E, type Either } from '../../specs/fp.js'
import type { Json } from '../../specs/json.js'
import { memoryOf, type PaperJournal, paperJournal } from './journal.js'
import { blankPaper, type Paper, paperKinds, paperProvider } from './paper.js'

/** One environment on paper, with its memory, planned and run as the real ones are. */
export interface Desk {
  readonly paper: Paper
  readonly memory: Map<Addr, Remembered>
  runs: number
}

export const desk = (paper: Paper = blankPaper()): Desk => ({ paper, memory: new Map(), runs: 0 })

export const asked = (addr: Addr, spec: Json, protect?: boolean): Declared => ({
  addr,
  kind: addr.slice(0, addr.indexOf('.')),
  spec,
  ...(protect !== undefined && { protect }),
})
export const aBox = (image = 'one', name = 'main'): Declared => asked(`box.${name}`, { image })
export const aNote = (name: string, text: string, on: Addr | 'provider' = 'box.main'): Declared =>
  asked(`note.${name}`, { path: `/${name}`, text, on })

export const wishFor = (resources: ReadonlyArray<Declared>, rest: Partial<Wish> = {}): Wish => ({
  environment: 'demo',
  provider: 'paper',
  resources,
  facts: [],
  unhandled: [],
  overrides: [],
  reachable: [],
  ...rest,
})

export const inputFor = (at: Desk, wish: Wish, purpose: PlanInput['purpose'] = 'apply'): PlanInput => ({
  wish,
  kinds: paperKinds,
  provider: paperProvider(at.paper),
  memory: memoryOf(at.memory),
  reveal: text => async () => E.right(typeof text === 'string' ? text : 'revealed'),
  purpose,
  mask: text => text,
  tool: 'paper',
})

export const tryPlan = (
  at: Desk,
  resources: ReadonlyArray<Declared>,
  purpose: PlanInput['purpose'] = 'apply',
  rest: Partial<Wish> = {},
): Promise<Either<Fault, Planned>> => makePlan(inputFor(at, wishFor(resources, rest), purpose))()

export const planned = async (...args: Parameters<typeof tryPlan>): Promise<Planned> => {
  const made = await tryPlan(...args)
  if (E.isLeft(made)) throw new Error(JSON.stringify(made.left))
  return made.right
}

export interface Ran {
  readonly report: RunReport
  readonly journal: PaperJournal
  readonly events: ReadonlyArray<RunEvent>
}

export const perform = async (at: Desk, made: Planned, stop = new AbortController(), concurrency = 4): Promise<Ran> => {
  at.runs += 1
  const journal = paperJournal(at.memory, at.runs)
  const events: Array<RunEvent> = []
  let now = 0
  const clock = {
    now: () => now,
    sleep: async (ms: number) => {
      now += ms
    },
  }
  const report = await run({
    planned: made,
    journal,
    report: event => events.push(event),
    stop: stop.signal,
    concurrency,
    clock,
  })()
  if (E.isLeft(report)) throw new Error(JSON.stringify(report.left))
  return { report: report.right, journal, events }
}

export const apply = async (at: Desk, resources: ReadonlyArray<Declared>, ...rest: [AbortController?, number?]): Promise<Ran> =>
  perform(at, await planned(at, resources), ...rest)
export const destroy = async (at: Desk, resources: ReadonlyArray<Declared>): Promise<Ran> =>
  perform(at, await planned(at, resources, 'destroy'))

/** `+ note.a`, as a plan would list it. */
export const marks = ({ plan }: Planned): ReadonlyArray<string> => plan.tasks.map(({ action, addr }) => `${action} ${addr}`)
