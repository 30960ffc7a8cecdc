import { dirname, isAbsolute, resolve } from 'node:path'
import type { AnyCodec, Decoded, Resolve } from '../codec.js'
import { resolver } from '../file-path.js'
import { type Attempt, attempt, fail, need } from '../fp.js'
import type { Issue, IssueCode, Path, Place } from '../issue.js'
import type { Json } from '../json.js'
import { excerptOf } from './excerpt.js'
import { loadFamily } from './extends.js'
import { guessed } from './guessed.js'
import { commentOn, type Hidden, hiddenIn, wordsIn } from './hidden.js'
import { shownFrom } from './names.js'
import { override, overridesIn, type Variables } from './overrides.js'
import { plainKeysOf } from './shape.js'
import { lineAt, placeOfSpan, type Source, type Span } from './source.js'
import { follow, type Mapping, type Problem, plainOf, type Said } from './tree.js'

export { findFile } from './find.js'
export { readAny } from './read.js'

export interface Loading<A> {
  /** As the user typed it. */
  readonly file: string
  /** For what is secret, which keys there are, and what replaces as a whole. */
  readonly codec: AnyCodec
  readonly decode: (value: Json, resolve: Resolve) => Decoded<A>
  readonly variables: Variables
  readonly cwd: string
  readonly home: string
}

export interface Loaded<A> {
  readonly value: A
  /** Warnings only. */
  readonly issues: ReadonlyArray<Issue>
  /** All that was read, as named in messages: the file itself first. */
  readonly files: ReadonlyArray<string>
  /** The variables that override something. */
  readonly overrides: ReadonlyArray<string>
  /** Those of them whose text must not be shown. */
  readonly secretOverrides: ReadonlyArray<string>
  /** What the files alone say; not there when nothing overrides them, or when they are wrong without. */
  readonly withoutOverrides?: A
  /** Where a value stands, or the nearest thing around it that does. */
  readonly placeOf: (path: Path, of?: 'key' | 'value') => Place
}

/** An environment file with all that it extends and what overrides it, decoded; or every problem at once, each with its place. */
export const loadSpec = <A>(loading: Loading<A>): Attempt<Loaded<A>> =>
  attempt(async () => {
    const { codec, variables, cwd, home } = loading
    const file = isAbsolute(loading.file) ? shownFrom(cwd, loading.file) : loading.file
    const folder = dirname(resolve(cwd, file))
    const family = need(await loadFamily(file, { codec, cwd, home })())
    const files = family.sources.map(source => source.file)
    const over = family.root && (await override(family.root, variables, folder, codec))
    const sources = [...family.sources, ...(over?.sources ?? [])]
    const said = [...family.said, ...(over?.said ?? [])]
    const decoded = (root: Mapping): Decoded<A> =>
      loading.decode(
        plainOf(root),
        resolver(path => folderOf(root, path, folder), home),
      )
    const result = over === undefined ? undefined : decoded(over.root)
    const problems = [
      ...family.problems,
      ...(over?.problems ?? []),
      ...(over === undefined ? [] : (result?.issues ?? []).map(issue => located(issue, over.root))),
    ]
    const issues = problems.length === 0 ? [] : shownIssues(problems, { sources, said, codec })
    if (result?.value === undefined || over === undefined || problems.some(isError))
      return need(fail({ code: 'SPEC_INVALID', file, issues }))
    const overrides = overridesIn(variables)
    const without = overrides.length === 0 || family.root === undefined ? undefined : decoded(family.root).value
    return {
      value: result.value,
      issues,
      files,
      overrides,
      secretOverrides: [...hiddenIn(over.said, codec, []).keys()].map(({ file }) => file.slice(1)),
      ...(without === undefined ? {} : { withoutOverrides: without }),
      placeOf: (path, of) => placeOfSpan(spanFor(over.root, path, of)),
    }
  })

/** The folder of the file that says a value; that of the environment file itself for a default. */
const folderOf = (root: Mapping, path: Path, otherwise: string): string => {
  const { tree, whole } = follow(root, path)
  return whole || tree.is === 'leaf' ? tree.span.source.folder : otherwise
}

/** These are about a key and not about what stands behind it. */
const OF_KEYS: ReadonlySet<IssueCode> = new Set(['KEY_UNKNOWN', 'KEY_DUPLICATE', 'FIELD_MODELLED', 'PROVIDER_FIELD', 'SECTION_LATER'])

/** The value where it begins on the line of its key; else the key, above the lines that belong to it. */
const spanOf = (root: Mapping, path: Path, code?: IssueCode): Span => {
  const { key, tree, steps, whole } = follow(root, path)
  if (steps === 0) return { ...tree.span, to: tree.span.from }
  if (whole && code !== undefined && OF_KEYS.has(code)) return key
  const { source, from, to } = tree.span
  const sameLine = key.source === source && lineAt(source, key.from).number === lineAt(source, from).number
  return sameLine && to > from ? tree.span : key
}

const spanFor = (root: Mapping, path: Path, of: 'key' | 'value' | undefined): Span => {
  const { key, tree } = follow(root, path)
  return of === undefined ? spanOf(root, path) : of === 'key' ? key : tree.span
}

const located = (issue: Issue, root: Mapping): Problem => {
  const span = spanOf(root, issue.path, issue.code)
  const said = issue.other === undefined ? issue : { ...issue, what: withLine(issue.what, span, spanOf(root, issue.other)) }
  return { issue: span.source.skip === 0 ? said : ofVariable(said), span }
}

/** `..., but http 7070 has (line 6).` */
const withLine = (what: string, span: Span, other: Span): string => {
  const [here, there] = [placeOfSpan(span), placeOfSpan(other)]
  if (here.file !== there.file) return `${what.replace(/\.$/, '')} (${there.file}:${there.line}).`
  return here.line === there.line ? what : `${what.replace(/\.$/, '')} (line ${there.line}).`
}

const OF_VALUES: ReadonlySet<IssueCode> = new Set([
  'VALUE_INVALID',
  'VALUE_NULL',
  'UNIT_MISSING',
  'UNIT_AMBIGUOUS',
  'CRON_INVALID',
  'BIND_STYLE',
  'KEY_MISSING',
  'SECRET_EMPTY',
  'NAME_INVALID',
  'IMAGE_UNKNOWN',
])

const ofVariable = (issue: Issue): Issue => {
  if (issue.code === 'KEY_UNKNOWN') return { ...issue, code: 'OVERRIDE_UNKNOWN' }
  return issue.level === 'error' && OF_VALUES.has(issue.code) ? { ...issue, code: 'OVERRIDE_INVALID' } : issue
}

const MOST_SHOWN = 500

const isError = ({ issue }: Problem): boolean => issue.level === 'error'

interface Context {
  readonly sources: ReadonlyArray<Source>
  readonly said: ReadonlyArray<Said>
  readonly codec: AnyCodec
}

const shownIssues = (problems: ReadonlyArray<Problem>, { sources, said, codec }: Context): ReadonlyArray<Issue> => {
  const inOrder = (a: Problem, b: Problem): number =>
    sources.indexOf(a.span.source) - sources.indexOf(b.span.source) || a.span.from - b.span.from
  const errors = problems.filter(isError).sort(inOrder)
  const warnings = problems.filter(one => !isError(one)).sort(inOrder)
  const hidden = allHidden(problems, said, codec)
  const words = wordsIn(said)
  const understood = new Set(said.map(({ tree }) => tree.span.source))
  const hiddenOf = (span: Span): ReadonlyArray<Hidden> => {
    const { source } = span
    if (understood.has(source)) {
      const comment = commentOn(source, lineAt(source, span.from), words.get(source) ?? [])
      return [...(hidden.get(source) ?? []), ...(comment === undefined ? [] : [comment])]
    }
    return source.skip === 0 ? guessed(span, plainKeysOf(codec)) : [asHidden({ source, from: source.skip, to: source.text.length })]
  }
  return [...errors, ...warnings]
    .slice(0, MOST_SHOWN)
    .sort(inOrder)
    .map(({ issue, span }) => ({ ...issue, place: placeOfSpan(span), ...excerptOf(span, hiddenOf(span)) }))
}

const allHidden = (
  problems: ReadonlyArray<Problem>,
  said: ReadonlyArray<Said>,
  codec: AnyCodec,
): ReadonlyMap<Source, ReadonlyArray<Hidden>> => {
  const unknown = problems.filter(({ issue }) => UNKNOWN.has(issue.code)).map(({ issue }) => issue.path)
  const hidden = hiddenIn(said, codec, unknown)
  for (const { left } of problems)
    if (left !== undefined) hidden.get(left.source)?.push(asHidden(left)) ?? hidden.set(left.source, [asHidden(left)])
  return hidden
}

const UNKNOWN: ReadonlySet<IssueCode> = new Set(['KEY_UNKNOWN', 'OVERRIDE_UNKNOWN', 'FIELD_MODELLED'])

const asHidden = ({ from, to }: Span): Hidden => ({ from, to, as: '(hidden)' })
