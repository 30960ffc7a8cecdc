import { access, constants } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Fault } from '../specs/fault.js'
import { type Attempt, attempt, E, type Either, fail, need } from '../specs/fp.js'
import { soundsSecret } from '../specs/load/hidden.js'
import { originOf, resolveSecret, type SecretRef, type SecretWorld, secretsOf } from '../specs/secret.js'
import type { SecretReader } from '../state/index.js'
import type { Context } from './context.js'
import { type Opened, readText } from './environment.js'

/** Gives a generated secret; undefined: there is none yet. */
export type Generated = (secret: string, length: number, version: number) => Either<Fault, string>

/** The values of an environment's secrets, by name. */
export const lookupOf = (
  opened: Opened,
  context: Context,
  generated: Generated,
  now: Opened = opened,
): ((name: string) => Attempt<string>) => {
  const refs = refsOf(opened)
  const current = refsOf(now)
  const world = worldOf(opened, context, generated)
  return name =>
    attempt(async () => {
      const ref = refs.get(name) ?? (await need(fail({ code: 'SECRET_UNKNOWN', secret: name, known: [...refs.keys()] })))
      return need(resolveSecret(isForgotten(ref) ? await need(fromFile(ref, current.get(name))) : ref, world))
    })
}

export const refsOf = ({ environment }: Opened): ReadonlyMap<string, SecretRef> =>
  new Map(secretsOf(environment).map(ref => [ref.secret, ref]))

/** Of a section that this version does not act on: nothing uses it yet, so nothing makes one. */
export const isLater = ({ wish }: Pick<Opened, 'wish'>, secret: string): boolean =>
  wish.unhandled.includes(`${secret.split('.')[0] ?? ''}.main`)

/** History keeps no text of a secret that stood in the file: only its place. */
const isForgotten = ({ from }: SecretRef): boolean => 'literal' in from && from.literal.reveal() === '(secret)'

const fromFile = ({ secret }: SecretRef, now: SecretRef | undefined): Attempt<SecretRef> =>
  attempt(async () => {
    if (now !== undefined && 'literal' in now.from) return now
    return need(fail({ code: 'SECRET_UNAVAILABLE', secret, from: 'the environment file of that run', why: 'its text was not kept' }))
  })

const worldOf = ({ file }: Opened, { env }: Context, generated: Generated): SecretWorld => ({
  env: name => env[name],
  read: path => readText(path),
  run: (argv, seconds) => output(argv, { seconds, cwd: dirname(file), env }),
  generated,
})

const output = (
  [program = '', ...args]: ReadonlyArray<string>,
  { seconds, cwd, env }: { readonly seconds: number; readonly cwd: string; readonly env: Context['env'] },
): Attempt<string> =>
  attempt(async () => {
    const { execFile } = await import('node:child_process')
    const ended = await new Promise<Either<string, string>>(resolve => {
      const options = { cwd, env, timeout: seconds * 1000, killSignal: 'SIGKILL' as const, maxBuffer: 1024 * 1024 }
      const child = execFile(program, args, options, (error, stdout, stderr) =>
        resolve(error === null ? E.right(stdout) : E.left(whyOf(error, seconds) + lastWord({ stdout, stderr }, env))),
      )
      child.stdin?.end()
    })
    return E.isLeft(ended) ? need(fail({ code: 'STEP_FAILED', host: 'this machine', step: program, output: ended.left })) : ended.right
  })

const LONGEST = 200

/** The last line of its complaint, without what could be the secret: what it printed, or what a variable with such a name holds. */
const lastWord = ({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }, env: Context['env']): string => {
  const [last] = stderr
    .split('\n')
    .map(text => text.trim())
    .filter(text => text !== '')
    .slice(-1)
  if (last === undefined) return ''
  const secrets = [
    ...stdout.split('\n').map(text => text.trim()),
    ...Object.keys(env).map(name => (soundsSecret(name) ? (env[name] ?? '') : '')),
  ]
  const told = secrets.filter(text => text.length > 3).reduce((text, secret) => text.replaceAll(secret, '(secret)'), last)
  return `: ${told.slice(0, LONGEST)}`
}

const whyOf = (error: Error & { code?: string | number | null; killed?: boolean }, seconds: number): string => {
  if (error.code === 'ENOENT') return 'there is no such program'
  if (error.code === 'EACCES') return 'it may not be run'
  if (error.killed === true) return `it took longer than ${seconds} s`
  return typeof error.code === 'number' ? `it ended with ${error.code}` : 'it was ended'
}

/** For plans: nothing on a host can equal a secret that is still to be generated. */
export const generatedOrPlaceholder =
  (secrets: SecretReader, environment: string): Generated =>
  (name, _length, version) => {
    const kept = secrets.peek({ environment, name, version })
    return E.isLeft(kept) ? kept : E.right(kept.right ?? `(to be generated: ${name})`)
  }

export interface SecretState {
  readonly name: string
  readonly from: string
  /** Left out where only asking would tell. */
  readonly available?: boolean
  readonly says: string
}

/** Where each secret is and whether it is there; nothing is revealed, no command is run. */
export const stateOfSecret = (ref: SecretRef, { env }: Context, kept: SecretReader, opened: Opened): Attempt<SecretState> =>
  attempt(async () => {
    const { secret: name, from } = ref
    const said = (available: boolean | undefined, says: string): SecretState => ({
      name,
      from: originOf(from),
      ...(available === undefined ? {} : { available }),
      says,
    })
    if ('env' in from) return (env[from.env] ?? '') === '' ? said(false, 'not set') : said(true, 'set')
    if ('file' in from) return (await isReadable(from.file)) ? said(true, 'there') : said(false, 'cannot be read')
    if ('command' in from) return said(undefined, 'asked when needed')
    if ('literal' in from) return said(true, 'in clear')
    const sealed = kept.peek({ environment: opened.wish.environment, name, version: from.version })
    if (E.isLeft(sealed) && sealed.left.code === 'SECRET_LOST') return said(false, 'lost')
    if ((await need(() => Promise.resolve(sealed))) !== undefined) return said(true, 'sealed')
    return said(false, isLater(opened, name) ? 'not in this version yet' : 'to be generated')
  })

const isReadable = async (file: string): Promise<boolean> => {
  try {
    await access(file, constants.R_OK)
    return true
  } catch {
    return false
  }
}
