import type { Addr } from '../../engine/contract.js'
import { guard } from '../../engine/plan/guards.js'
import type { Plan } from '../../engine/plan-value.js'
import { isPending } from '../../engine/plan-value.js'
import type { Fault } from '../../specs/fault.js'
import { E } from '../../specs/fp.js'
import { type Line, line } from './color.js'
import { commandLine } from './command-line.js'
import { faultLines } from './fault.js'
import { columnsOf, type Look, type Told } from './look.js'
import { LABEL } from './plan-notes.js'
import { isBrief } from './plan-tasks.js'
import { clean, upTo, wrap } from './text.js'
import { allWord } from './words.js'

export const isDestroy = (plan: Plan, told: Told): boolean =>
  told.command === 'destroy' ||
  (told.command === undefined &&
    plan.tasks.length > 0 &&
    plan.tasks.every(task => task.action === 'delete') &&
    plan.unchanged.length + plan.unhandled.length === 0)

/** Whether apply would refuse this plan without further flags. */
export const isRefused = (plan: Plan, told: Told): boolean =>
  plan.blocked.length > 0 || (!isDestroy(plan, told) && (lossesOf(plan).length > 0 || refusalsOf(plan, told).length > 0))

/** What to type next, or why there is nothing to. */
export const nextCommands = (plan: Plan, look: Look, told: Told): ReadonlyArray<Line> => {
  if (plan.blocked.length > 0) return blocked(plan.blocked, look, told)
  if (!isPending(plan)) return []
  if (isDestroy(plan, told)) return stays(look, told)
  if (isRefused(plan, told)) return refusal(plan, look, told)
  return [
    labelled('Apply exactly this:', commandLine('apply', told, exactly(plan, told))),
    ...(isBrief(plan, look) ? [labelled('Every file and step:', commandLine('plan', told, ['--steps']))] : []),
  ]
}

const labelled = (label: string, text: string): Line => line(upTo(label, LABEL) + text)

const exactly = (plan: Plan, { saved }: Told): ReadonlyArray<string> =>
  saved === undefined ? ['--expect', plan.fingerprint.slice(0, 16)] : [saved]

/** Whoever runs a plan that is refused is told the fault itself, and how to allow it: once. */
const isToldAnyway = ({ command }: Told): boolean => command === 'apply' || command === 'destroy'

const blocked = (faults: ReadonlyArray<Fault>, look: Look, told: Told): ReadonlyArray<Line> =>
  faults.length === 1 && isToldAnyway(told)
    ? []
    : [
        line(`${told.command === 'destroy' ? 'destroy' : 'apply'} refuses this:`),
        ...faults.flatMap(fault =>
          faultLines(fault, look).map(one => ({ ...one, text: `  ${one.text}`, reach: (one.reach ?? one.text.length) + 2 })),
        ),
      ]

const stays = (look: Look, told: Told): ReadonlyArray<Line> => {
  const things = told.stays ?? [told.file ?? 'environment.yaml', 'history and secrets in .deployer']
  return wrap(`Stays: ${things.map(clean).join(', ')}.`, columnsOf(look)).map(text => line(text))
}

/** What `--accept-loss` has to name, exactly. */
const lossesOf = ({ tasks }: Plan): ReadonlyArray<Addr> => tasks.filter(({ impact }) => impact.data !== undefined).map(({ addr }) => addr)

/** What stands against it beside losses: told, or seen in the plan alone. */
const refusalsOf = (plan: Plan, { refusals = [] }: Told): ReadonlyArray<Fault> => {
  const guarded = guard(plan, { resources: [], durations: {} }, { acceptLoss: lossesOf(plan), acceptDeletes: false, purpose: 'apply' })
  const others = refusals.filter(({ code }) => code !== 'DATA_LOSS' && code !== 'DELETES_MANY')
  return [...others, ...(E.isLeft(guarded) && guarded.left.code === 'DELETES_MANY' ? [guarded.left] : [])]
}

const refusal = (plan: Plan, look: Look, told: Told): ReadonlyArray<Line> => {
  const losses = lossesOf(plan)
  const refusals = refusalsOf(plan, told)
  const final = refusals.filter(({ code }) => code !== 'DELETES_MANY')
  if (final.length > 0) return blocked(final, look, told)
  const many = refusals.flatMap(fault => (fault.code === 'DELETES_MANY' ? [fault] : []))
  const why = many.map(({ deletes, managed }) => `It would delete ${deletes} of ${managed} managed resources.`)
  const kept = keeping(plan, losses)
  if (isToldAnyway(told)) return kept.flatMap(says => wrap(says, columnsOf(look))).map(text => line(text))
  const flags = [
    ...exactly(plan, told),
    ...(losses.length === 0 ? [] : ['--accept-loss', losses.join(',')]),
    ...(many.length === 0 ? [] : ['--accept-deletes']),
  ]
  const says = ['apply refuses this.', ...why, ...kept, kept.length === 0 ? 'If it is meant:' : 'Else:'].join(' ')
  return [...wrap(says, columnsOf(look)).map(text => line(text)), line(`  ${commandLine('apply', told, flags)}`)]
}

/** How to lose nothing, where the plan itself tells: take back the one changed field, or the removed section. */
const keeping = (plan: Plan, losses: ReadonlyArray<Addr>): ReadonlyArray<string> => {
  const ways = plan.tasks.flatMap(({ addr, kind, action, fields }) => {
    if (!losses.includes(addr)) return []
    if (action === 'delete') return [`To keep ${clean(addr)}, put ${kind} back into the file.`]
    const [field, other] = fields.filter(one => one.source === 'file')
    return action === 'replace' && field !== undefined && other === undefined
      ? [`To keep ${clean(addr)}, take back ${clean(field.name.startsWith('provider.') ? field.name : `${kind}.${field.name}`)}.`]
      : []
  })
  return ways.length > 3 ? [`To keep ${allWord(losses.map(clean))}, take back what changed in the file.`] : ways
}
