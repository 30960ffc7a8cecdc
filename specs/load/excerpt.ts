import { cropped, type Excerpt } from '../crop.js'
import type { Hidden } from './hidden.js'
import { lineAt, type Span } from './source.js'

const WIDEST = 72

/** The line of a span as it may be shown, and where in it the span is. */
export const excerptOf = ({ source, from, to }: Span, hidden: ReadonlyArray<Hidden>): Excerpt => {
  const line = lineAt(source, from)
  const cuts = hidden.filter(one => one.from < line.to && one.to > line.from).sort((a, b) => a.from - b.from || b.to - a.to)
  let shown = ''
  let at = line.from
  let [start, end] = [-1, -1]
  const upTo = (offset: number): void => {
    if (start < 0 && from < offset) start = shown.length + Math.max(0, from - at)
    if (end < 0 && to <= offset) end = shown.length + Math.max(0, to - at)
    shown += source.text.slice(at, offset)
    at = Math.max(at, offset)
  }
  for (const cut of cuts) {
    const begin = Math.max(cut.from, line.from)
    if (begin >= at) {
      upTo(begin)
      if (start < 0 && from < cut.to) start = shown.length
      shown += cut.as
    }
    at = Math.max(at, Math.min(cut.to, line.to))
    if (end < 0 && start >= 0 && to <= at) end = shown.length
  }
  upTo(line.to)
  const first = start < 0 ? shown.length : start
  const last = end < 0 ? shown.length : end
  return cropped(clean(shown).trimEnd(), { from: first, length: Math.max(1, last - first) }, WIDEST)
}

/** What a terminal would obey, or show in another order than it stands. */
const clean = (text: string): string => text.replace(/[^\P{Cc}\t]|\p{Bidi_Control}/gu, '?')
