import type { Caret, Issue } from './issue.js'

export type Excerpt = Required<Pick<Issue, 'excerpt' | 'caret'>>

/** At most so wide: the part around the caret, which stays under what it is about. */
export const cropped = (text: string, { from, length }: Caret, widest: number): Excerpt => {
  if (text.length <= widest) return { excerpt: text, caret: { from, length } }
  const start = from + length <= widest - 3 ? 0 : Math.max(0, Math.min(from - 20, text.length - widest + 3))
  const before = start === 0 ? '' : '...'
  const room = widest - before.length
  const after = text.length - start <= room ? '' : '...'
  const excerpt = before + text.slice(start, start + room - after.length) + after
  const at = from - start + before.length
  return { excerpt, caret: { from: at, length: Math.max(1, Math.min(length, excerpt.length - after.length - at)) } }
}
