import type { Environment } from '../resources/environment.js'
import { type Fault, saysOf } from '../specs/fault.js'
import { type Attempt, attempt, E, fail, need } from '../specs/fp.js'
import type { Issue, Path, Place } from '../specs/issue.js'

/** Who may log in. */
export interface Keys {
  /** Lines of authorized_keys. */
  readonly lines: ReadonlyArray<string>
  /** Files that the environment file names and that cannot be read. */
  readonly broken: ReadonlyArray<Issue>
  /** What no machine can be made without, though the file as such is right. */
  readonly missing: ReadonlyArray<Issue>
}

interface Reading {
  readonly read: (file: string) => Attempt<string>
  readonly placeOf?: ((path: Path) => Place) | undefined
}

/** A simulated host lets nobody in, so it does without a key that isn't there; an existing server has its own. */
export const keysOf = async ({ ssh, provider }: Environment, { read, placeOf }: Reading): Promise<Keys> => {
  const texts: string[] = []
  const broken: Issue[] = []
  const missing: Issue[] = []
  for (const [index, key] of (ssh.authorized_keys ?? []).entries()) {
    const text = typeof key === 'string' ? E.right(key) : await read(key.file)()
    const isOwn = typeof key !== 'string' && key.file === `${ssh.key}.pub`
    if (E.isRight(text)) texts.push(text.right)
    else if (isOwn && provider.kind !== 'ssh' && provider.kind !== 'sandbox') missing.push(keyMissing(text.left))
    else if (!isOwn && provider.kind !== 'sandbox') broken.push(unreadable(text.left, ['ssh', 'authorized_keys', index], placeOf))
  }
  const lines = texts.flatMap(text => text.split('\n').map(line => line.trim())).filter(line => line !== '' && !line.startsWith('#'))
  return { lines, broken, missing }
}

/** Mostly a default, which stands nowhere in the file. */
const keyMissing = (fault: Fault): Issue => ({
  code: 'REFERENCE_UNREADABLE',
  level: 'warning',
  path: ['ssh', 'key'],
  what: `deployer needs a key pair to log in, and ${saysOf(fault)}.`,
  expected: 'Make one with: ssh-keygen -t ed25519. Or name another in ssh.key.',
})

const unreadable = (fault: Fault, path: Path, placeOf: ((path: Path) => Place) | undefined): Issue => ({
  code: 'REFERENCE_UNREADABLE',
  level: 'error',
  path,
  ...(placeOf === undefined ? {} : { place: placeOf(path) }),
  what: `${saysOf(fault)}.`,
  expected: 'It is a public key that may log in. Make a pair with: ssh-keygen -t ed25519. Or name another in ssh.key.',
})

/** What was a warning about the file is an error to who makes machines. */
export const keysAtHand = (file: string, missing: Keys['missing']): Attempt<void> =>
  attempt(async () => {
    const issues = missing.map((issue): Issue => ({ ...issue, level: 'error' }))
    if (issues.length > 0) await need(fail({ code: 'SPEC_INVALID', file, issues }))
  })
