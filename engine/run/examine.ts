import type { Fault } from '../../specs/fault.js'
import { saysOf } from '../../specs/fault.js'
import type { Addr, Detail } from '../contract.js'
import { rootOf, unaskedOf } from '../plan/decide.js'
import type { Planned } from '../plan/plan.js'
import { waitedFor } from '../plan/verdicts.js'
import type { Plan, Task } from '../plan-value.js'
import type { CheckResult } from '../run-value.js'
import { type Checking, checkAll } from './checks.js'

/** `unknown`: could not be asked, which is never absent. */
export const STATES = ['failing', 'down', 'drift', 'unknown', 'ok'] as const
export type State = (typeof STATES)[number]

/** How a resource is: what was seen, beside what was tried. */
export interface Examined {
  readonly addr: Addr
  readonly state: State
  readonly detail: string
  /** What `detail` says and more, for programs. */
  readonly data?: Detail['data']
  readonly parts?: Detail['parts']
  /** A plan would have something to do about it. */
  readonly differs: boolean
  /** Not of what differs because the file changed. */
  readonly checks: ReadonlyArray<CheckResult>
}
export interface Examination {
  readonly environment: string
  readonly provider: string
  readonly simulated: boolean
  /** The machine's address, where there is one. */
  readonly host?: string
  readonly resources: ReadonlyArray<Examined>
  /** Why nobody could be asked. */
  readonly fault?: Fault
}

/** Looks at what a plan has found, and tries what is as the file says, or was before somebody else changed it. Changes nothing. */
export const examine = async (planned: Planned, how: Pick<Checking, 'clock' | 'stop' | 'patience'>): Promise<Examination> => {
  const { plan, entries } = planned
  const ours = plan.tasks.filter(isOnlyOthers).map(({ addr }) => addr)
  const checks = await checkAll({ ...how, planned, of: [...plan.unchanged, ...ours] })
  const tasks = new Map(plan.tasks.map(task => [task.addr, task]))
  const gone = plan.tasks.filter(({ action }) => action === 'delete').map(({ addr }) => addr)
  return {
    ...headOf(plan),
    resources: [...new Set([...entries.keys(), ...gone])].map(addr => {
      const task = tasks.get(addr)
      const own = checks.filter(one => one.addr === addr)
      return judged(task === undefined ? settled(planned, addr) : pending(task, planned), own)
    }),
  }
}

/** The file still says what it said: what differs was changed outside, and may not work any more. */
const isOnlyOthers = ({ action, fields, files }: Task): boolean =>
  action === 'update' && fields.length + files.length > 0 && [...fields, ...files].every(({ source }) => source === 'host')

const judged = (one: Examined, checks: ReadonlyArray<CheckResult>): Examined => {
  const failed = checks.filter(({ result }) => result === 'failed')
  if (failed.length === 0) return { ...one, checks }
  if (failed.some(({ unasked }) => unasked !== true)) return { ...one, checks, state: 'failing' }
  return { ...one, checks, state: one.state === 'down' ? 'down' : 'unknown' }
}

const headOf = ({ environment, provider, simulated, host }: Plan): Omit<Examination, 'resources'> => ({
  environment,
  provider,
  simulated,
  ...(host !== undefined && { host }),
})

const settled = (planned: Planned, addr: Addr): Examined => {
  const entry = planned.entries.get(addr)
  const { says, ...known } = detailOf(planned, addr) ?? { says: entry?.kind.sentence(entry.want) ?? '' }
  return { addr, state: stateOf(known), detail: says, ...known, differs: false, checks: [] }
}

const detailOf = ({ entries, world, routes }: Planned, addr: Addr): Detail | undefined => {
  const entry = entries.get(addr)
  const seen = entry?.kind.read(entry.want, world.answers)
  return entry === undefined || seen === undefined
    ? undefined
    : entry.kind.detail?.(entry.want, seen, world.hosts.get(rootOf(entry, routes)))
}

/** A whole is as its worst part. */
const stateOf = ({ parts = [] }: Pick<Detail, 'parts'>): State => STATES.find(state => parts.some(part => part.state === state)) ?? 'ok'

const pending = (task: Task, planned: Planned): Examined => {
  const { addr, action, predicted } = task
  const { plan, routes } = planned
  const { stopped } = plan
  const { says: _, ...known } = (action === 'update' && !predicted && detailOf(planned, addr)) || { says: '' }
  const says = (state: State, detail: string): Examined => ({ addr, state, detail, ...known, differs: true, checks: [] })
  if (action === 'delete') return says('drift', 'no longer in the file; apply would delete it')
  if (stopped && routes.machines.has(addr)) return says('down', 'the machine is stopped; apply would start it')
  if (predicted && (stopped === true || action !== 'create'))
    return says('unknown', `cannot be asked before ${missedBy(addr, planned)} answers`)
  if (action === 'create') return says('down', 'not there; apply would make it')
  return says('drift', `${task.reasons.join(', ')}${namesOf(task)}; apply would ${action === 'replace' ? 'replace' : 'change'} it`)
}

const missedBy = (addr: Addr, { entries, world, routes }: Planned): string => {
  const entry = entries.get(addr)
  return waitedFor((entry && unaskedOf(entry, world)?.via) ?? 'provider', routes)
}

const NAMED = 3
const namesOf = ({ fields, files }: Task): string => {
  const names = [...new Set([...fields.map(({ name }) => name), ...files.map(({ path }) => path)])]
  if (names.length === 0) return ''
  return `: ${names.slice(0, NAMED).join(', ')}${names.length > NAMED ? ` and ${names.length - NAMED} more` : ''}`
}

/** Of a world that nobody could be asked about. */
export const unseen = (resources: ReadonlyArray<Addr>, rest: Omit<Examination, 'resources'> & { readonly fault: Fault }): Examination => ({
  ...rest,
  resources: resources.map((addr, at) => ({
    addr,
    state: 'unknown',
    detail: at === 0 ? saysOf(rest.fault) : 'could not be asked',
    differs: false,
    checks: [],
  })),
})

export const isWell = ({ resources }: Examination): boolean => resources.every(({ state }) => state === 'ok' || state === 'drift')
