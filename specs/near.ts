/** The known words that a mistyped one was probably meant to be: those that are nearest, at most three. */
export const nearest = (word: string, known: ReadonlyArray<string>): ReadonlyArray<string> => {
  const asked = plain(word)
  if (asked.length === 0 || asked.length > 64) return []
  const near = known
    .map(name => ({ name, far: farness(asked, plain(name)) }))
    .filter(one => one.far <= Math.max(1, Math.floor(asked.length / 3)))
    .sort((a, b) => a.far - b.far)
  const best = near[0]?.far ?? 0
  return near
    .filter(one => one.far === best)
    .slice(0, 3)
    .map(one => one.name)
}

/** `Did you mean profiles?`, or undefined when nothing is near. */
export const didYouMean = (word: string, known: ReadonlyArray<string>): string | undefined => {
  const near = nearest(word, known)
  return near.length === 0 ? undefined : `Did you mean ${near.join(' or ')}?`
}

const plain = (word: string): string => word.toLowerCase().replace(/[-_ ]/g, '')

/** A shortened or extended word is near; otherwise letters inserted, dropped, replaced or swapped are counted. */
const farness = (a: string, b: string): number => {
  if (a === b) return 0
  if (a.length >= 4 && b.length >= 4 && (a.startsWith(b) || b.startsWith(a))) return 1
  return edits(a, b)
}

const edits = (a: string, b: string): number => {
  let older: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      const step = Math.min(at(above, j) + 1, at(row, j - 1) + 1, at(above, j - 1) + (same ? 0 : 1))
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row.push(swapped ? Math.min(step, at(older, j - 2) + 1) : step)
    }
    older = above
    above = row
  }
  return at(above, b.length)
}

const at = (row: ReadonlyArray<number>, j: number): number => row[j] ?? Number.POSITIVE_INFINITY
