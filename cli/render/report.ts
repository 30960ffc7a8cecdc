import type { Plan } from '../../engine/plan-value.js'
import type { RunReport } from '../../engine/run-value.js'
import { isRefusal } from '../../specs/fault.js'
import { type Line, line, show } from './color.js'
import { commandLine, withFile } from './command-line.js'
import { faultLines } from './fault.js'
import { columnsOf, type Look, type Told } from './look.js'
import { isDestroy } from './plan-next.js'
import { unreachedWords } from './plan-notes.js'
import { clean, prose, upTo, wrap } from './text.js'
import { allWord, tookWord } from './words.js'

/** The end of a run: `stderr` says what went wrong, `stdout` is the result and what to type next. */
export interface Rendered {
  readonly stderr: string
  readonly stdout: string
}

export const renderReport = (report: RunReport, plan: Plan, look: Look, told: Told = {}): Rendered => ({
  stderr: show(troubles(report, look), look),
  stdout: show(report.outcome === 'done' ? success(report, plan, look, told) : trouble(report, plan, look, told), look),
})

const NEXT = 27
const row = (what: string, text: string, look: Look): Line => line(`${upTo(`  ${what}`, NEXT)}${prose(text, look)}`)

const success = (report: RunReport, plan: Plan, look: Look, told: Told): ReadonlyArray<Line> => {
  const { environment, run } = report
  if (isDestroy(plan, told)) {
    const did = report.done.length === 0 ? '' : `: ${doneWord(report)} in ${tookWord(report.seconds)}`
    const [end, apart, anew] = plan.given
      ? ['is taken down', ' The server stays, as it was before.', 'puts it there again']
      : ['is gone', '', 'makes it again, empty']
    const head = `${clean(environment)} ${end}`
    const says = `${head}${did}.${apart} ${commandLine('apply', again(told))} ${anew}.`
    return wrap(says, columnsOf(look)).map((text, at) => (at === 0 ? line(text, 'good', head.length) : line(text)))
  }
  const { variables = [], ...bare } = again(told)
  const isNew = report.done.length > 0 && report.done.every(task => task.action === 'create')
  const head = `${clean(environment)} is ${isNew ? 'up' : 'as wanted'}`
  const sums = [`${doneWord(report)} in ${tookWord(report.seconds)}`, ...checksWord(report)].join(', ')
  const end = line(`${head}: ${sums}. Run ${run}.`, 'good', head.length)
  if (look.verbosity < 0) return [end]
  const rows = [
    ...(report.host === undefined || plan.simulated ? [] : [row('Address', report.host, look), row('Log in', loginLine(bare), look)]),
    ...(told.next ?? []).map(([what, text]) => row(what, text, look)),
    row('What stands there', commandLine('show', bare), look),
    row('What would change', commandLine('plan', bare), look),
    ...(told.towards?.differs === true ? [row('The file', `${told.towards.file} still asks for something else`, look)] : []),
    ...committing(told, look),
    ...(isNew ? [row('Take it down', commandLine('destroy', bare), look)] : []),
    ...variables.map((one, at) => row(at === 0 ? 'Each of these with' : '', one, look)),
  ]
  return [end, ...notYet(plan, look), line(''), ...rows]
}

const committing = ({ commit }: Told, look: Look): ReadonlyArray<Line> => (commit === undefined ? [] : [row('Commit', commit, look)])

/** Its words are for ssh, so the file is named with an option. */
const loginLine = (told: Told): string => commandLine('ssh', withFile(told))

/** Up is what was made, which is less than the file asks for. */
const notYet = ({ unhandled, unreached }: Plan, look: Look): ReadonlyArray<Line> => {
  if (unhandled.length === 0) return []
  const sections = unhandled.map(addr => clean(addr.slice(0, addr.lastIndexOf('.'))))
  const says = `his version does not act on ${allWord(sections)}.`
  const lacks = sections.includes('tracker') ? `No tracker runs yet: t${says}` : `T${says}`
  return wrap(lacks + unreachedWords(unreached), columnsOf(look)).map(text => line(text))
}

/** The next command is about the file, not about what was special this time. */
const again = ({ flags: _, ...told }: Told): Told => told

const DID: { readonly [action: string]: string } = { create: 'created', update: 'updated', replace: 'replaced', delete: 'deleted' }

const doneWord = ({ done }: RunReport): string => {
  const busy = done.filter(({ idle }) => !idle)
  const counts = Object.entries(DID).map(([action, word]) => [busy.filter(task => task.action === action).length, word] as const)
  const words = counts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`)
  return words.length === 0 ? 'nothing changed' : words.join(', ')
}

const checksWord = ({ checks }: RunReport): ReadonlyArray<string> => {
  const count = (result: string): number => checks.filter(check => check.result === result).length
  const [ok, skipped, failed] = [count('ok'), count('skipped'), count('failed')]
  if (ok + skipped + failed === 0) return []
  return [
    `${ok} ${ok === 1 ? 'check' : 'checks'} ok`,
    ...(failed === 0 ? [] : [`${failed} failed`]),
    ...(skipped === 0 ? [] : [`${skipped} skipped`]),
  ]
}

const trouble = (report: RunReport, plan: Plan, look: Look, told: Told): ReadonlyArray<Line> => {
  const { environment, run, done, failed, skipped, leftOff, notBegun } = report
  const sums = [
    `${done.length} done`,
    ...(failed.length === 0 ? [] : [`${failed.length} failed`]),
    ...(skipped.length === 0 ? [] : [`${skipped.length} skipped`]),
    ...(leftOff.length === 0 ? [] : [`${leftOff.length} left off`]),
    ...(notBegun.length === 0 ? [] : [`${notBegun.length} not begun`]),
    ...checksWord(report).filter(() => report.checks.some(check => check.result === 'failed')),
  ].join(', ')
  const isInterrupted = report.outcome === 'interrupted'
  const head = `${clean(environment)}${isInterrupted ? ' was interrupted' : ''}: ${sums}. Run ${run}.`
  const verb = isDestroy(plan, told) ? 'destroy' : 'apply'
  const end = line(head, 'bad', clean(environment).length)
  if (look.verbosity < 0) return [end]
  return [
    end,
    ...(leftOff.length === 0 || failed.length > 0
      ? []
      : [row('Left off', `${namesOf(leftOff)} ${leftOff.length === 1 ? 'was' : 'were'} begun and may be half done`, look)]),
    row(isInterrupted && failed.length === 0 ? 'Go on' : 'Go on, after a fix', commandLine(verb, told), look),
    ...(told.backTo === undefined || verb === 'destroy'
      ? []
      : [row(`Go back to run ${told.backTo}`, commandLine('apply', again(told), ['--back-to', String(told.backTo)]), look)]),
    ...committing(told, look),
  ]
}

const troubles = (report: RunReport, look: Look): ReadonlyArray<Line> => {
  const sick = report.checks.filter(check => check.result === 'failed')
  const faults = report.failed.flatMap(({ addr, fault }) => faultLines(fault, look, addr))
  const checks = report.failed.length > 0 || sick.length === 0 ? [] : faultLines(checksFault(sick), look)
  const now = report.outcome === 'done' ? [] : [line(prose(`  Now: ${stateOf(report)}`, look))]
  return faults.length + checks.length === 0 ? [] : [...faults, ...checks, ...now]
}

const checksFault = (sick: RunReport['checks']) =>
  ({ code: 'CHECK_FAILED', checks: sick.map(({ addr, says, why }) => `${addr} ${says}${why === undefined ? '' : `: ${why}`}`) }) as const

const NAMED = 5
const namesOf = (addrs: ReadonlyArray<string>): string => (addrs.length > NAMED ? `${addrs.length} resources` : allWord(addrs))

/** What stands now, so that nobody has to guess whether half of something remains. */
const stateOf = ({ done, failed, skipped, leftOff, notBegun }: RunReport): string => {
  const refused = failed.filter(({ fault }) => isRefusal(fault))
  const back = failed.filter(one => !refused.includes(one) && 'after' in one.fault && one.fault.after === 'back')
  const half = [...failed.filter(one => !refused.includes(one) && !back.includes(one)).map(one => one.addr), ...leftOff]
  const untouched = [...refused.map(one => one.addr), ...skipped.map(one => one.addr), ...notBegun]
  if (done.length + half.length + back.length === 0) return 'nothing was changed.'
  const parts = [
    ...(done.length === 0 ? [] : [`${namesOf(done.map(task => task.addr))} ${done.length === 1 ? 'is' : 'are'} as wanted`]),
    ...(back.length === 0 ? [] : [`${namesOf(back.map(one => one.addr))} ${back.length === 1 ? 'runs' : 'run'} as before`]),
    ...(half.length === 0 ? [] : [`${namesOf(half)} may be half done`]),
    ...(untouched.length === 0 ? [] : [`${namesOf(untouched)} ${untouched.length === 1 ? 'is' : 'are'} as before`]),
  ]
  return `${parts.join('; ')}.`
}
