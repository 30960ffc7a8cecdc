import type { AnyCodec } from '../codec.js'
import type { Path } from '../issue.js'
import { nearest } from '../near.js'
import { parseYaml } from './format.js'
import { empty, lengthened } from './merge.js'
import { isKnown, isListAt, keysAt } from './shape.js'
import type { Source, Span } from './source.js'
import { type Entry, follow, type Mapping, type Problem, problem, type Said, type Tree } from './tree.js'

const PREFIX = 'DEPLOYER__'

export interface Overridden {
  readonly root: Mapping
  readonly problems: ReadonlyArray<Problem>
  readonly sources: ReadonlyArray<Source>
  /** What each variable says by itself, at its path. */
  readonly said: ReadonlyArray<Said>
}

export type Variables = { readonly [name: string]: string | undefined }

export const overridesIn = (variables: Variables): ReadonlyArray<string> =>
  Object.keys(variables)
    .filter(name => name.startsWith(PREFIX) && variables[name] !== undefined)
    .sort()

/** Puts DEPLOYER__TRACKER__UDP__0__PORT=6970 and the like into what the files say: shorter names first, so that a longer one adds to them. */
export const override = async (files: Mapping, variables: Variables, folder: string, codec: AnyCodec): Promise<Overridden> => {
  const names = [...overridesIn(variables)].sort((a, b) => wordsOf(a).length - wordsOf(b).length)
  const problems: Problem[] = []
  const sources: Source[] = []
  const said: Said[] = []
  for (const name of almostIn(variables, codec)) {
    const source = sourceOf(name, variables, folder)
    sources.push(source)
    problems.push(almost(name, spanOf(source), files, codec))
  }
  let root = files
  for (const name of names) {
    const source = sourceOf(name, variables, folder)
    sources.push(source)
    const span = spanOf(source)
    const target = targetOf(root, wordsOf(name), span, codec)
    if ('issue' in target) {
      problems.push(target)
      continue
    }
    const { path } = target
    const { tree, problems: wrong } = await readValue(source, span, path)
    problems.push(...wrong)
    if (tree === undefined) continue
    said.push({ path, tree })
    root = taken(root, path, tree) ?? (placed(root, path, tree, codec) as Mapping)
  }
  return { root, problems, sources: sources.sort((a, b) => (a.file < b.file ? -1 : 1)), said }
}

const sourceOf = (name: string, variables: Variables, folder: string): Source => ({
  file: `$${name}`,
  folder,
  text: `${name}=${variables[name] ?? ''}`,
  skip: name.length + 1,
})
const spanOf = (source: Source): Span => ({ source, from: source.skip, to: source.text.length })

/** With one underscore, and otherwise as if they were to override something. */
const almostIn = (variables: Variables, codec: AnyCodec): ReadonlyArray<string> => {
  const sections = keysAt(codec, []).map(asWord)
  return Object.keys(variables)
    .filter(name => variables[name] !== undefined && /^DEPLOYER_[^_]/.test(name))
    .filter(name => name.slice(ALMOST.length).includes('__') || sections.includes(name.slice(ALMOST.length)))
    .sort()
}
const ALMOST = 'DEPLOYER_'

const almost = (name: string, span: Span, files: Mapping, codec: AnyCodec): Problem => {
  const meant = PREFIX + name.slice(ALMOST.length)
  const isField = !('issue' in targetOf(files, wordsOf(meant), span, codec))
  const expected = isField ? `Did you mean ${meant}?` : `What overrides begins with ${PREFIX}.`
  const { issue } = problem('OVERRIDE_UNKNOWN', span, 'there is one underscore after DEPLOYER, so this overrides nothing.', expected)
  return { issue: { ...issue, level: 'warning' }, span }
}

const wordsOf = (name: string): ReadonlyArray<string> => name.slice(PREFIX.length).split('__')
const asWord = (key: string): string => key.toUpperCase().replaceAll('-', '_')

/** The path that a variable's name means, or why it means none. */
const targetOf = (root: Mapping, words: ReadonlyArray<string>, span: Span, codec: AnyCodec): { readonly path: Path } | Problem => {
  const path: Array<string | number> = []
  for (const [index, word] of words.entries()) {
    const here = follow(root, path)
    const tree = here.whole ? lengthened(here.tree, path, codec) : undefined
    if (tree?.is === 'list' || (tree?.is !== 'mapping' && isListAt(codec, path))) {
      const items = tree?.is === 'list' ? tree.items.length : 0
      if (!/^\d{1,6}$/.test(word) || Number(word) > items) return notAnItem(span, [...path], items)
      path.push(Number(word))
      continue
    }
    const keys = [...keysAt(codec, path), ...(tree?.is === 'mapping' ? tree.entries.keys() : [])]
    path.push(keys.find(key => asWord(key) === asWord(word)) ?? word.toLowerCase())
    if (word === '' || !isKnown(codec, path) || path[0] === 'extends') return unknown(span, words, index, keys)
  }
  return { path }
}

const notAnItem = (span: Span, path: Path, items: number): Problem => {
  const what = `a list of ${items === 1 ? '1 item' : `${items} items`} stands here.`
  const expected = items === 0 ? 'Expected 0 for the first one.' : `Expected 0 to ${items - 1}, or ${items} to add one.`
  return problem('OVERRIDE_INVALID', span, what, expected, path)
}

const unknown = (span: Span, words: ReadonlyArray<string>, index: number, keys: ReadonlyArray<string>): Problem => {
  const near = nearest(
    words[index] ?? '',
    [...new Set(keys)].filter(key => key !== 'extends'),
  ).map(key => PREFIX + [...words.slice(0, index), asWord(key), ...words.slice(index + 1)].join('__'))
  const expected = near.length === 0 ? 'See all fields with: deployer schema' : `Did you mean ${near.join(' or ')}?`
  return problem('OVERRIDE_UNKNOWN', span, 'no field has this name.', expected)
}

const readValue = async (source: Source, span: Span, path: Path) => {
  if (source.text.length === source.skip) {
    const empty = problem(
      'OVERRIDE_INVALID',
      span,
      'the variable is empty.',
      'Unset it, or write {} for the defaults, "" for empty text.',
      path,
    )
    return { problems: [empty] }
  }
  const { tree, problems } = await parseYaml(source)
  const invalid = problems.map(({ issue, span }): Problem => {
    return { issue: { ...issue, code: 'OVERRIDE_INVALID', path: [...path, ...issue.path] }, span }
  })
  return { problems: invalid, ...(tree === undefined ? {} : { tree }) }
}

/** DEPLOYER__GRAFANA=null takes the section away. */
const taken = (root: Mapping, [key, ...rest]: Path, tree: Tree): Mapping | undefined => {
  if (rest.length > 0 || tree.is !== 'leaf' || tree.value !== null) return undefined
  return { ...root, entries: new Map([...root.entries].filter(([one]) => one !== key)) }
}

const placed = (tree: Tree, path: Path, value: Tree, codec: AnyCodec, done: Path = []): Tree => {
  const [key, ...rest] = path
  if (key === undefined) return value
  const into = lengthened(tree, done, codec)
  const below = [...done, key]
  if (typeof key === 'number') {
    const items = into.is === 'list' ? [...into.items] : []
    items[key] = placed(items[key] ?? empty(value), rest, value, codec, below)
    return { is: 'list', span: into.is === 'list' ? into.span : value.span, items }
  }
  const mapping = into.is === 'mapping' ? into : empty(value)
  const before = mapping.entries.get(key)
  const entry: Entry = { key: before?.key ?? value.span, tree: placed(before?.tree ?? empty(value), rest, value, codec, below) }
  return { ...mapping, entries: new Map([...mapping.entries, [key, entry]]) }
}
