type Words = (is: unknown) => string

const listed = (value: unknown): string => (Array.isArray(value) ? value.join(' ') : worded(value))

/** What it means for who reads it that an answer is not as expected. */
const WORDS: { readonly [name: string]: Words } = {
  open: is => `can be reached: ${listed(is)}`,
  taken: is => (is === true ? 'a stranger was let in' : 'a peer was refused'),
  known: is => (is === undefined ? 'it tells peers of nobody' : `it knows its peers as ${worded(is)}, which is not where they are`),
  scraped: () => 'a scrape does not count its peers',
  right: () => 'the right token does not open it',
  wrong: () => 'a wrong token opens it',
  tables: is => `of its tables it has ${Array.isArray(is) && is.length > 0 ? `only ${listed(is)}` : 'none'}`,
}

const worded = (value: unknown): string => {
  if (value === undefined) return 'not said'
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** What is otherwise than expected, in words; what the service itself says about it comes first. */
export const otherwise = (value: object, expect: object, holds: (value: unknown, expect: unknown) => boolean): string => {
  const { says, ...seen } = value as { readonly says?: unknown; readonly [name: string]: unknown }
  if (typeof says === 'string') return seen.refuses === undefined ? `answered: ${says}` : says
  return Object.entries(expect)
    .filter(([name, one]) => !holds(seen[name], one))
    .map(([name, one]) => WORDS[name]?.(seen[name]) ?? `${name} is ${worded(seen[name])}, not ${worded(one)}`)
    .join(', ')
}
