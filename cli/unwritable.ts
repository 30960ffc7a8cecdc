import { dirname } from 'node:path'
import type { Fault } from '../specs/fault.js'

/** Why a file could not be made, as it was typed. */
export const unwritable = (file: string, { code, message }: NodeJS.ErrnoException): Fault => ({
  code: 'FILE_UNWRITABLE',
  file,
  why: code === 'ENOENT' ? `there is no folder ${dirname(file)}` : (code ?? message),
})
