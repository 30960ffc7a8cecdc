import type { Hole, Owned, Text } from '../engine/contract.js'
import { encodeAs } from '../specs/encode.js'
import type { Part } from './part.js'

export const ROOT_OWNED = { owner: 'root', group: 'root' } as const

/** Nobody on the host needs a name for whoever runs in a container. */
export const ownedBy = (uid: number): Pick<Owned, 'owner' | 'group'> => ({ owner: `${uid}`, group: `${uid}` })

/** A folder of ours; those in which containers read are theirs. */
export const folder = (path: string, owned: Pick<Owned, 'owner' | 'group'> = ROOT_OWNED, mode = '0750'): Part<'dir'> => ({
  what: 'dir',
  hold: 'own',
  path,
  mode,
  ...owned,
})

/** A file of ours, for nobody else to read; with secrets in it, for its owner alone. */
export const text = (path: string, content: Text, owned: Pick<Owned, 'owner' | 'group'> = ROOT_OWNED): Part<'file'> => ({
  what: 'file',
  hold: 'own',
  path,
  content,
  mode: typeof content === 'string' ? '0640' : '0600',
  ...owned,
})

/** What variables of a container are set to: words, or parts that are written as the file has it. */
export type Variables = { readonly [name: string]: string | ReadonlyArray<string | Hole> }

/** One line for each variable. Compose reads it as root. */
export const envFile = (path: string, variables: Variables): Part<'file'> =>
  text(
    path,
    Object.entries(variables).flatMap(([name, value]) => [
      `${name}=`,
      ...(typeof value === 'string' ? [encodeAs(value, ['env'])] : value),
      '\n',
    ]),
  )
