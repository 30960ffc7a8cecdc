import type { Place } from '../issue.js'

/** A text that a person wrote, and where: a file, or a variable of the environment. */
export interface Source {
  /** As it is named in messages. */
  readonly file: string
  /** What paths in it are relative to. */
  readonly folder: string
  readonly text: string
  /** How many characters come before what is read, such as `NAME=` of a variable. */
  readonly skip: number
}

/** A part of a source, from one offset up to another. */
export interface Span {
  readonly source: Source
  readonly from: number
  readonly to: number
}

export interface Line {
  /** From 1. */
  readonly number: number
  readonly from: number
  readonly to: number
}

const starts = new WeakMap<Source, ReadonlyArray<number>>()

const startsOf = (source: Source): ReadonlyArray<number> => {
  const known = starts.get(source)
  if (known !== undefined) return known
  const found = [0]
  for (let at = source.text.indexOf('\n'); at !== -1; at = source.text.indexOf('\n', at + 1)) found.push(at + 1)
  starts.set(source, found)
  return found
}

/** The line that an offset is in, without its end. */
export const lineAt = (source: Source, offset: number): Line => {
  const all = startsOf(source)
  let low = 0
  let high = all.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((all[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  const from = all[low] ?? 0
  const next = all[low + 1]
  const end = next === undefined ? source.text.length : next - 1
  return { number: low + 1, from, to: end > from && source.text[end - 1] === '\r' ? end - 1 : end }
}

/** Where a span begins, and how long it is on that line. Columns count UTF-16 units, as editors do. */
export const placeOfSpan = ({ source, from, to }: Span): Place => {
  const line = lineAt(source, from)
  const skipped = line.number === 1 ? source.skip : 0
  return {
    file: source.file,
    line: line.number,
    col: Math.max(1, from - line.from + 1 - skipped),
    length: Math.max(1, Math.min(to, line.to) - from),
  }
}

/** The offset of a line and column, both from 1. */
export const offsetOf = (source: Source, line: number, col: number): number =>
  Math.min(source.text.length, (startsOf(source)[line - 1] ?? source.text.length) + col - 1)
