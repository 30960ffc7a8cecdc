import { realpathSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { AnyCodec } from '../codec.js'
import { saysOf } from '../fault.js'
import { type Attempt, attempt, E, need } from '../fp.js'
import { extensionOf, parseText } from './format.js'
import { empty, merged } from './merge.js'
import { pathFrom, shownFrom } from './names.js'
import { readText } from './read.js'
import type { Source } from './source.js'
import { type Leaf, type Mapping, type Problem, problem, type Said, type Tree } from './tree.js'

const MOST_FILES = 100

export interface Family {
  /** What the file says together with all that it extends; undefined when one of them could not be read. */
  readonly root?: Mapping
  readonly problems: ReadonlyArray<Problem>
  readonly sources: ReadonlyArray<Source>
  /** What each file says by itself, also what another one replaced. */
  readonly said: ReadonlyArray<Said>
}

export interface Setting {
  readonly codec: AnyCodec
  readonly cwd: string
  readonly home: string
}

/** A file with all that it extends. A fault is about the file itself; whatever is wrong with a base is a problem of the line that names it. */
export const loadFamily = (file: string, setting: Setting): Attempt<Family> =>
  attempt(async () => {
    const text = need(readText(resolve(setting.cwd, file), file))
    const gathering = new Gathering(setting)
    const root = await gathering.read(resolve(setting.cwd, file), file, text, [])
    const { problems, sources, said } = gathering
    return { ...(root === undefined ? {} : { root }), problems, sources, said }
  })

class Gathering {
  readonly problems: Problem[] = []
  readonly sources: Source[] = []
  readonly said: Said[] = []
  /** By real path; a base named twice is read once. */
  private readonly done = new Map<string, Mapping | undefined>()

  constructor(private readonly setting: Setting) {}

  async read(file: string, shown: string, text: string, above: ReadonlyArray<string>): Promise<Mapping | undefined> {
    const source: Source = { file: shown, folder: dirname(file), text, skip: 0 }
    this.sources.push(source)
    const { tree, problems } = await parseText(source, extensionOf(file))
    this.problems.push(...problems)
    const whole = tree === undefined ? undefined : this.mappingOf(tree)
    if (whole === undefined) return undefined
    const own: Mapping = { ...whole, entries: new Map([...whole.entries].filter(([key]) => key !== 'extends')) }
    this.said.push({ path: [], tree: own })
    const bases = whole.entries.get('extends')
    if (bases === undefined) return own
    const named = this.namedBy(bases.tree)
    let base: Mapping | undefined = empty(own)
    for (const one of named ?? []) {
      const next: Mapping | undefined = await this.base(source, one, [...above, file])
      base = base === undefined || next === undefined ? undefined : merged(base, next, this.setting.codec)
    }
    return base === undefined || named === undefined ? undefined : merged(base, own, this.setting.codec, { takesAway: true })
  }

  private mappingOf(tree: Tree): Mapping | undefined {
    if (tree.is === 'mapping') return tree
    if (tree.is === 'leaf' && tree.value === null) return empty(tree)
    const what = tree.is === 'list' ? 'a list stands here.' : 'a single value stands here.'
    this.problems.push(problem('VALUE_INVALID', tree.span, what, 'Expected sections, such as name: demo, with a blank after the colon.'))
    return undefined
  }

  private namedBy(tree: Tree): ReadonlyArray<Leaf & { readonly value: string }> | undefined {
    const all = tree.is === 'list' ? tree.items : [tree]
    const named = all.filter((one): one is Leaf & { readonly value: string } => one.is === 'leaf' && typeof one.value === 'string')
    if (named.length === all.length) return named
    const wrong = all.find(one => !named.some(name => name === one)) ?? tree
    this.problems.push(
      problem('VALUE_INVALID', wrong.span, 'not a path.', 'Expected a path such as base.yaml, or a list of them.', ['extends']),
    )
    return undefined
  }

  private async base(
    from: Source,
    { value, span }: Leaf & { readonly value: string },
    above: ReadonlyArray<string>,
  ): Promise<Mapping | undefined> {
    const file = pathFrom(from.folder, value, this.setting.home)
    const shown = shownFrom(this.setting.cwd, file)
    const real = realOf(file)
    if (above.some(one => realOf(one) === real)) {
      const circle = [...above.slice(above.findIndex(one => realOf(one) === real)), file].map(one => shownFrom(this.setting.cwd, one))
      this.problems.push(problem('EXTENDS_CYCLE', span, `a circle: ${circle.join(' -> ')}.`, 'Take one of these lines away.', ['extends']))
      return undefined
    }
    if (this.done.has(real)) return this.done.get(real)
    const text = this.sources.length < MOST_FILES ? readText(file, shown) : E.left(undefined)
    if (E.isLeft(text)) {
      const what = text.left === undefined ? `more than ${MOST_FILES} files extend each other.` : `${saysOf(text.left)}.`
      this.problems.push(problem('EXTENDS_MISSING', span, what, `The path is relative to ${from.file}.`, ['extends']))
    }
    const root = E.isLeft(text) ? undefined : await this.read(file, shown, text.right, above)
    this.done.set(real, root)
    return root
  }
}

const realOf = (file: string): string => {
  try {
    return realpathSync(file)
  } catch {
    return file
  }
}
