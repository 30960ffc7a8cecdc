import type { Action, Plan, PlannedField, PlannedFile, Task } from '../../engine/plan-value.js'
import { type Line, line, type Tone } from './color.js'
import { columnsOf, isWhole, type Look } from './look.js'
import { stepContents, stepWords } from './steps.js'
import { arrow, clean, cleanCode, ellipsis, endAt, flow, prose, shorten, upTo, widthOf } from './text.js'
import { renderValue } from './value.js'

const MARKS: { readonly [A in Action]: string } = { create: '+', update: '~', replace: '!', delete: '-' }
const TONES: { readonly [A in Action]: Tone } = { create: 'create', update: 'update', replace: 'danger', delete: 'delete' }

/** Where sentences begin, and values below them. Wide enough for `compose-stack.main`. */
const COLUMN = 30
const HEAD = 10
const FOLD = 40

export const taskLines = (plan: Plan, look: Look): ReadonlyArray<Line> => {
  const longest = plan.tasks.reduce((most, task) => Math.max(most, task.addr.length), 0)
  const column = Math.min(50, Math.max(COLUMN, HEAD + longest + 2))
  return plan.tasks.flatMap(task => [
    ...headOf(task, column, look),
    ...reasonsOf(task, look),
    ...task.fields.filter(field => isShown(task, field, look)).map(field => fieldLine(task, field, column, look)),
    ...task.files.filter(() => showsFiles(task, look)).flatMap(file => fileLines(file, look)),
    ...(showsSteps(look) ? stepLines(task, look) : []),
    ...(look.verbosity >= 3 ? claimLines(task) : []),
  ])
}

/** Whether a plan at this verbosity leaves something out that `--steps` and `-v` would show. */
export const isBrief = (plan: Plan, look: Look): boolean =>
  !showsSteps(look) && plan.tasks.some(task => task.action === 'create' && task.steps.length > 0)

const showsSteps = (look: Look): boolean => look.steps || look.verbosity >= 2

const headOf = (task: Task, column: number, look: Look): ReadonlyArray<Line> => {
  const head = `${MARKS[task.action]} ${task.action}`
  const start = upTo(
    `${upTo(head, HEAD - 1)
      .slice(0, HEAD - 1)
      .padEnd(HEAD)}${clean(task.addr)}`,
    column,
  )
  const sentence = prose(task.sentence, look)
  const texts = flow(start, sentence, look)
  return texts.map((text, at) => (at === 0 ? line(text.trimEnd(), TONES[task.action], head.length) : line(text)))
}

/** Fields and files are the reason of a change; where there are none, or on request, it is said in words. */
const reasonsOf = (task: Task, look: Look): ReadonlyArray<Line> => {
  const speaks = task.action === 'create' || task.action === 'delete' || task.fields.length > 0 || task.files.length > 0
  if (speaks && look.verbosity < 1) return []
  const { stops, seconds } = task.impact
  const stopping = stops.length === 0 ? [] : [`stops ${stops.join(', ')}${seconds === undefined ? '' : `, about ${seconds} s`}`]
  return [...task.reasons.filter(reason => reason !== task.sentence), ...(look.verbosity < 1 ? [] : stopping)].map(says =>
    line(`    ${prose(says, look)}`),
  )
}

/** What is created needs no list of its fields: its sentence says what it is. What is there and can't be asked may have them all. */
const isShort = ({ action, predicted }: Task): boolean => action === 'create' || (action === 'update' && predicted)
const isShown = (task: Task, field: PlannedField, look: Look): boolean =>
  !isShort(task) || look.verbosity >= 1 || field.secret === true || field.notable === true || field.source !== undefined
const showsFiles = (task: Task, look: Look): boolean => !isShort(task) || look.verbosity >= 1

const fieldLine = (task: Task, field: PlannedField, column: number, look: Look): Line => {
  const isNew = task.action === 'create' && field.from === undefined && field.source === undefined
  const mark = markOf(field)
  const head = isNew ? `    ${prose(field.name, look)}` : `    ${mark} ${prose(field.name, look)}`
  const start = upTo(head, column)
  const tail = field.source === undefined ? '' : `[${field.source}]`
  const edge = columnsOf(look)
  const note = field.note === undefined ? '' : `, ${prose(field.note, look)}`
  const taken = widthOf(start) + note.length + (tail === '' ? 0 : tail.length + 2)
  const room = isWhole(look) ? Number.POSITIVE_INFINITY : edge - taken
  const text = (start + changeOf(field, room, look)).trimEnd() + note
  return line(tail === '' ? text : endAt(text, tail, edge), isNew ? undefined : FIELD_TONES[mark], isNew ? 0 : 5)
}
const FIELD_TONES: { readonly [mark: string]: Tone } = { '+': 'create', '-': 'delete', '~': 'update' }

/** Of a secret that is compared on its host nothing is known but that it differs. */
const isOnlyKnownToDiffer = ({ from, to, secret }: PlannedField): boolean => secret === true && from === undefined && to === undefined

const markOf = (field: PlannedField): '+' | '-' | '~' => {
  if (isOnlyKnownToDiffer(field)) return '~'
  return field.from === undefined ? '+' : field.to === undefined ? '-' : '~'
}

const changeOf = (field: PlannedField, room: number, look: Look): string => {
  const { from, to } = field
  if (field.secret === true) return secretWord(field)
  /** A thing without a value, such as a listener: its name says all. */
  const said = (value: unknown, width: number): string => (value === null ? '' : fit(renderValue(value), width, look))
  if (from === undefined || to === undefined) return said(to === undefined ? from : to, room)
  const between = ` ${arrow(look)} `
  const values = [renderValue(from), renderValue(to)] as const
  const free = room - between.length
  const half = Math.floor(free / 2)
  const first = Math.max(half, free - widthOf(values[1]))
  return fit(values[0], first, look) + between + fit(values[1], Math.max(half, free - widthOf(values[0])), look)
}

const fit = (text: string, width: number, look: Look): string => (Number.isFinite(width) ? shorten(text, Math.max(8, width), look) : text)

const secretWord = (field: PlannedField): string => {
  const { from, to } = field
  if (isOnlyKnownToDiffer(field))
    return field.carries === undefined ? '(secret, changed)' : `(secret: ${field.carries.join(', ')}, changed)`
  if (to === undefined) return '(secret, removed)'
  if (from !== undefined) return '(secret, changed)'
  if (field.kept) return '(secret, kept)'
  return typeof to === 'object' && to !== null && 'generate' in to ? '(secret, to be generated)' : '(secret)'
}

const fileLines = ({ path, lines, source }: PlannedFile, look: Look): ReadonlyArray<Line> => {
  const mark = lines[0]?.startsWith('@@ -0,0 ') ? '+' : / \+0,0 @@/.test(lines[0] ?? '') ? '-' : '~'
  const left = `    ${mark} ${clean(path)}`
  const head = line(source === undefined ? left : endAt(left, `[${source}]`, columnsOf(look)), FIELD_TONES[mark], 5)
  return [head, ...folded(lines, look).map(text => line(text === ' ' ? '' : `        ${cleanCode(text)}`, hunkTone(text)))]
}

const hunkTone = (text: string): Tone | undefined =>
  text.startsWith('@@') ? 'busy' : text.startsWith('+') ? 'create' : text.startsWith('-') ? 'delete' : undefined

const folded = (lines: ReadonlyArray<string>, look: Look): ReadonlyArray<string> =>
  isWhole(look) || lines.length <= FOLD
    ? lines
    : [...lines.slice(0, FOLD - 10), `${ellipsis(look)} ${lines.length - FOLD + 1} more lines, all with -v`, ...lines.slice(-9)]

const stepLines = (task: Task, look: Look): ReadonlyArray<Line> =>
  task.steps.flatMap((step, at) => [
    line(`    step ${at + 1}  ${prose(stepWords(step), look)}`, 'busy', `    step ${at + 1}`.length),
    ...stepContents(step).map(text => line(`        | ${text}`.trimEnd())),
  ])

const claimLines = ({ claims, releases }: Task): ReadonlyArray<Line> => [
  ...claims.map(one => line(clean(`    holds ${one.what} ${one.id}, ${one.hold}, via ${one.via}`))),
  ...releases.map(one => line(clean(`    gives up ${one.what} ${one.id}, via ${one.via}`))),
]
