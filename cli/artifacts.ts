import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Text } from '../engine/contract.js'
import type { Made } from '../engine/plan/paper.js'
import { hasHoles } from '../engine/vocabulary.js'
import { type Attempt, attempt, fail, need } from '../specs/fp.js'
import { stepContents, stepWords } from './render/steps.js'
import { renderText } from './render/value.js'
import { unwritable } from './unwritable.js'

/** A file for a person who does by hand what apply would do. */
export interface Artifact {
  /** Below the folder that was asked for. */
  readonly path: string
  /** Where it belongs; left out of what is no file of the host. */
  readonly on?: { readonly host: string; readonly mode: string; readonly owner: string; readonly group: string }
  readonly content: Text
  /** It holds a secret, or the place of one. */
  readonly secret: boolean
}

const STEPS = 'STEPS.md'

/** Every file that the steps write, at its path on the host below `host`, and the steps themselves to read. */
export const artifactsOf = (environment: string, made: ReadonlyArray<Made>): ReadonlyArray<Artifact> => {
  const files = new Map<string, Artifact>()
  for (const step of made.flatMap(({ steps }) => steps)) {
    if (step.do === 'machine create') files.set('user-data', artifact('user-data', step.userData))
    if (step.do === 'put') files.set(step.path, onHost(step.path, step.content, step))
    if (step.do === 'engine config') files.set(step.path, onHost(step.path, step.content, ROOTED))
    if (step.do === 'cron') files.set(step.path, onHost(step.path, step.lines.map(line => `${line}\n`).join(''), ROOTED))
    if (step.do === 'remove') files.delete(step.path)
  }
  return [artifact(STEPS, stepsPage(environment, made)), ...[...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1))]
}

const ROOTED = { mode: '0644', owner: 'root', group: 'root' }

const artifact = (path: string, content: Text): Artifact => ({ path, content, secret: hasHoles(content) })
const onHost = (host: string, content: Text, { mode, owner, group }: Omit<NonNullable<Artifact['on']>, 'host'>): Artifact => ({
  ...artifact(`host${host}`, content),
  on: { host, mode, owner, group },
})

const stepsPage = (environment: string, made: ReadonlyArray<Made>): string =>
  [
    `# ${environment}, by hand`,
    '',
    'What `deployer apply` would do where nothing is yet, in this order. A file that a step writes stands below `host`, at its path.',
    ...made.flatMap(({ addr, sentence, steps }) => [
      '',
      `## ${addr}`,
      '',
      sentence,
      '',
      ...steps.flatMap((step, index) => {
        const inside = WRITTEN.has(step.do) ? [] : stepContents(step)
        return [`${index + 1}. ${stepWords(step)}`, ...inside.map(line => `       ${line}`.trimEnd())]
      }),
    ]),
    '',
  ].join('\n')

/** What these carry stands in a file of its own. */
const WRITTEN: ReadonlySet<string> = new Set(['put', 'engine config', 'cron', 'machine create'])

/** By which a folder is known as one that may be written again. */
const MARK = '.deployer-render'

/** Makes the folder hold exactly these. One with anything in it that no earlier time wrote is left alone. */
export const writeArtifacts = (
  folder: string,
  artifacts: ReadonlyArray<Artifact>,
  contentOf: (artifact: Artifact) => Promise<string>,
): Attempt<void> =>
  attempt(async () => {
    try {
      const written = await writtenBefore(folder)
      if (written === undefined) await need(async () => fail({ code: 'FOLDER_TAKEN', folder }))
      const contents = await Promise.all(artifacts.map(async one => [one, await contentOf(one)] as const))
      for (const path of written ?? []) await rm(join(folder, path), { force: true })
      await mkdir(folder, { recursive: true })
      for (const [one, content] of contents) {
        const file = join(folder, one.path)
        await mkdir(dirname(file), { recursive: true })
        await writeFile(file, content, { mode: one.secret ? 0o600 : 0o644 })
        await chmod(file, one.secret ? 0o600 : 0o644)
      }
      await writeFile(join(folder, MARK), artifacts.map(({ path }) => `${path}\n`).join(''))
    } catch (cause) {
      if (!isErrno(cause)) throw cause
      await need(async () => fail(unwritable(folder, cause)))
    }
  })

/** Undefined: somebody else's folder. */
const writtenBefore = async (folder: string): Promise<ReadonlyArray<string> | undefined> => {
  try {
    const there = await readdir(folder)
    if (there.length === 0) return []
    if (!there.includes(MARK)) return undefined
    return (await readFile(join(folder, MARK), 'utf8')).split('\n').filter(path => path !== '' && !path.split('/').includes('..'))
  } catch (cause) {
    if (isErrno(cause) && cause.code === 'ENOENT') return []
    throw cause
  }
}

const isErrno = (cause: unknown): cause is NodeJS.ErrnoException => cause instanceof Error && 'code' in cause

/** Places of secrets by name: `(secret tracker.api.admin_token)`. */
export const withoutSecrets = async ({ content }: Artifact): Promise<string> => renderText(content)
