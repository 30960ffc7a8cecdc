import { readFileSync } from 'node:fs'
import type { Fault } from '../specs/fault.js'
import type { Either } from '../specs/fp.js'
import { type OpenOptions, openStore, type StateReader, type Store } from '../state/index.js'
import type { Context } from './context.js'
import { nameIn } from './environment.js'

export const readState = (context: Context, folder: string): Either<Fault, StateReader> =>
  openStore({ ...optionsOf(context, folder), mode: 'read' })
export const writeState = (context: Context, folder: string): Either<Fault, Store> =>
  openStore({ ...optionsOf(context, folder), mode: 'write' })

const optionsOf = ({ who, now, env }: Context, folder: string): OpenOptions => ({ ...who, folder, now, env, nameOf })

/** A glance is enough to tell whether another file still claims a name. */
const nameOf = (file: string): string | undefined => {
  try {
    return nameIn(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
