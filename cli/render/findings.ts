import type { Finding } from '../doctor/check.js'
import type { Area } from '../doctor/index.js'
import { blocks, type Line, line, show, type Tone } from './color.js'
import type { Look } from './look.js'
import { clean, flow, padTo, prose } from './text.js'

const TONES: { readonly [L in Finding['level']]: Tone } = { ok: 'good', warn: 'update', fail: 'bad' }
const NAMES = 26

/** A line each, its remedy below; then how many of which. */
export const renderFindings = (areas: ReadonlyArray<Area>, look: Look): string => {
  const shown = areas.map(({ title, findings }) => [line(clean(title), 'strong'), ...findings.flatMap(one => findingLines(one, look))])
  return show(blocks([...shown, [line(sumOf(areas))]]), look)
}

const findingLines = ({ level, name, says, fix }: Finding, look: Look): ReadonlyArray<Line> => [
  ...flow(padTo(`${padTo(level, 6)}${name}`, NAMES), prose(says, look), look).map((text, at) =>
    at === 0 ? line(text, TONES[level], level.length) : line(text),
  ),
  ...(fix === undefined ? [] : remedyLines(fix.split('\n'), look)),
]

const remedyLines = ([first = '', ...more]: ReadonlyArray<string>, look: Look): ReadonlyArray<Line> =>
  [`Fix: ${first}`, ...more].flatMap(text => flow(padTo('', NAMES), prose(text, look), look)).map(text => line(text))

export const countsOf = (areas: ReadonlyArray<Area>): { readonly [L in Finding['level']]: number } => {
  const of = (level: Finding['level']): number => areas.flatMap(({ findings }) => findings).filter(one => one.level === level).length
  return { ok: of('ok'), warn: of('warn'), fail: of('fail') }
}

const sumOf = (areas: ReadonlyArray<Area>): string => {
  const { ok, warn, fail } = countsOf(areas)
  return `${ok} ok, ${warn} warn, ${fail} fail.`
}
