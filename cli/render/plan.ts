import type { Plan } from '../../engine/plan-value.js'
import { isPending } from '../../engine/plan-value.js'
import { blocks, type Line, line, show } from './color.js'
import { columnsOf, type Look, type Told } from './look.js'
import { isDestroy, isRefused, nextCommands } from './plan-next.js'
import {
  busyNote,
  dangers,
  drift,
  formerlyNote,
  goneNote,
  LABEL,
  notHandled,
  overrides,
  pinned,
  predictions,
  reachable,
  readBackNote,
  underWayNote,
  unfinishedNote,
  unmetNote,
} from './plan-notes.js'
import { taskLines } from './plan-tasks.js'
import { clean, endAt, upTo, wrap } from './text.js'

/** A plan as people read it. Without a terminal the same plan is the same bytes everywhere. */
export const renderPlan = (plan: Plan, look: Look, told: Told = {}): string => show(planLines(plan, look, told), look)

const planLines = (plan: Plan, look: Look, told: Told): ReadonlyArray<Line> => {
  const head = [headline(plan, look), ...backNote(look, told)]
  const warnings = [...dangers(plan, look), ...consequences(plan, look)]
  const tasks = taskLines(plan, look)
  const body = isDestroy(plan, told) && plan.consequences.length === 0 ? [[...warnings, ...tasks]] : [warnings, tasks]
  const notes = notesOf(plan, look, told)
  if (!isPending(plan)) {
    const said = notes.flat()
    return said.length === 0 && plan.blocked.length === 0 ? head : blocks([head, ...body, ...notes, nextCommands(plan, look, told)])
  }
  const next = look.verbosity >= 0 || isRefused(plan, told) ? nextCommands(plan, look, told) : []
  const open = isDestroy(plan, told) ? [] : [...reachable(plan, look), ...pinned(plan, look, told)]
  const end = next.length === 1 && open.length > 0 && !isRefused(plan, told) ? [[...open, ...next]] : [open, next]
  return blocks([head, ...body, ...notes, ...end])
}

/** Where apply has nothing to do: one line as the result, and beside it what is known besides. */
export const renderSettled = (plan: Plan, look: Look, told: Told): { readonly line: string; readonly notes: string } => ({
  line: show([headline(plan, look)], look),
  notes: show(blocks([backNote(look, told), ...notesOf(plan, look, told), committing(told), nextCommands(plan, look, {})]), look),
})

const committing = ({ commit }: Told): ReadonlyArray<Line> => (commit === undefined ? [] : [line(`${upTo('Commit:', LABEL)}${commit}`)])

const notesOf = (plan: Plan, look: Look, told: Told): ReadonlyArray<ReadonlyArray<Line>> => [
  look.verbosity < 0 ? [] : predictions(plan, look),
  unmetNote(plan, look),
  goneNote(plan, look),
  notHandled(plan, look),
  overrides(plan, look),
  formerlyNote(plan, look),
  underWayNote(told, look),
  unfinishedNote(plan, look),
  readBackNote(plan, look),
  busyNote(plan, look),
  isPending(plan) || look.drift || look.verbosity >= 1 ? drift(plan, look) : [],
  isPending(plan) || isDestroy(plan, told) ? [] : pinned(plan, look, told),
]

const backNote = (look: Look, { towards }: Told): ReadonlyArray<Line> =>
  towards === undefined
    ? []
    : wrap(`Back to run ${towards.run}, of ${clean(towards.file)}: what it asked for then.`, columnsOf(look)).map(text => line(text))

/** `demo on lxd, 10.77.0.20: 5 update, 3 unchanged        plan c41f7a02` */
const headline = (plan: Plan, look: Look): Line => {
  const left = `${clean(plan.environment)} on ${whereOf(plan)}: ${countsOf(plan)}`
  return isPending(plan)
    ? line(endAt(left, `plan ${plan.fingerprint.slice(0, 8)}`, columnsOf(look) - 1), 'strong', left.length)
    : line(left)
}

const whereOf = ({ provider, simulated, host, stopped, tasks }: Plan): string => {
  if (simulated) return `${provider} (simulated)`
  if (stopped) return `${provider}, machine stopped`
  if (host !== undefined) return `${provider}, ${clean(host)}`
  return tasks.length === 0 ? provider : `${provider}, no machine yet`
}

const ORDER = ['replace', 'create', 'update', 'delete'] as const

const countsOf = (plan: Plan): string => {
  if (!isPending(plan)) return plan.unchanged.length === 0 ? 'nothing to do' : `${plan.unchanged.length} as wanted`
  const counts = [
    ...ORDER.map(action => [plan.tasks.filter(task => task.action === action).length, action] as const),
    [plan.vanished.length, plan.given ? 'to forget' : 'gone already'] as const,
    [plan.unchanged.length, 'unchanged'] as const,
  ]
  return counts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(', ')
}

const consequences = (plan: Plan, look: Look): ReadonlyArray<Line> =>
  plan.consequences.flatMap(says => wrap(clean(says), columnsOf(look)).map(text => line(text)))
