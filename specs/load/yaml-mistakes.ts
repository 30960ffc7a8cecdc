import { type Document, visit, type YAMLError } from 'yaml'
import { lineAt, type Source, type Span } from './source.js'
import { type Problem, problem } from './tree.js'

const MOST_PROBLEMS = 20

/** Of offsets that count from behind a byte order mark. */
export const spanOf = (source: Source, from: number, to: number): Span => ({ source, from: from + source.skip, to: to + source.skip })

/** One problem a line: what follows on the same line is nearly always the same mistake. */
export const problemsOf = (source: Source, errors: ReadonlyArray<YAMLError>, document: Document.Parsed): ReadonlyArray<Problem> => {
  const lines = new Map<number, Problem>()
  for (const error of errors) {
    const { code, pos } = error
    const from = code === 'MISSING_CHAR' ? (openQuote(document, pos[0]) ?? pos[0]) : pos[0]
    const span = spanOf(source, from, from === pos[0] ? Math.max(pos[1], pos[0] + 1) : from + 1)
    const line = lineAt(source, span.from)
    const advice = source.text.slice(line.from, line.to).includes('${')
      ? 'For a variable of the environment write { env: NAME }.'
      : ADVICE[code]
    if (!lines.has(line.number)) lines.set(line.number, problem('SYNTAX', span, `${inWords(error)}.`, advice))
    if (lines.size === MOST_PROBLEMS) break
  }
  return [...lines.values()]
}

/** Where the text begins whose quote is missed at its end. */
const openQuote = (document: Document.Parsed, end: number): number | undefined => {
  let found: number | undefined
  visit(document, {
    Scalar: (_, { type, range }) => {
      if (type?.startsWith('QUOTE') !== true || range?.[1] !== end) return undefined
      found = range[0]
      return visit.BREAK
    },
  })
  return found
}

/** The library quotes the file in some messages, which may be a secret; others take a knowledge of its grammar. */
const inWords = ({ code, message }: YAMLError): string => {
  if (code === 'TAG_RESOLVE_FAILED') return 'a tag that means nothing here'
  if (code === 'BAD_DIRECTIVE') return 'a directive that means nothing here'
  const known = WORDS.find(([pattern]) => pattern.test(message))
  const said = known === undefined ? message.replace(/: .*$/s, '') : message.replace(...known)
  return said.charAt(0).toLowerCase() + said.slice(1).replace(/[.:]$/, '')
}

const WORDS: ReadonlyArray<readonly [RegExp, string]> = [
  [/^Flow .* end with a (.)$/, '$1 is missing, or this line stands too far left'],
  [/^Nested mappings are not allowed in compact mappings$/, 'one colon too many on this line'],
  [/^Implicit keys need to be on a single line$/, 'a key goes on over several lines'],
  [/^Implicit map keys need to be followed by map values$/, 'no colon follows this word'],
  [/^Missing closing .*$/, 'a quote is not closed'],
  [/^Unexpected .* at node end$/, 'something stands after the end of a value'],
  [/^Invalid escape sequence.*$/s, 'an escape that YAML does not know'],
  [/^Plain value cannot start with (.*)$/, 'text cannot start with $1'],
]

const ADVICE: { readonly [code: string]: string } = {
  TAB_AS_INDENT: 'Indent with spaces.',
  BAD_INDENT: 'What belongs together stands in the same column.',
  BLOCK_AS_IMPLICIT_KEY: 'Text with a colon in it needs quotes; what belongs below a key stands on lines of its own.',
  MULTILINE_IMPLICIT_KEY: 'Is a colon missing on this line, or a quote open above?',
  BAD_DQ_ESCAPE: 'In single quotes a backslash is only a backslash.',
  BAD_SCALAR_START: 'Text that starts with this character needs quotes.',
  TAG_RESOLVE_FAILED: 'Text that starts with ! needs quotes.',
  BAD_ALIAS: 'Text that starts with * or & needs quotes.',
}
