import { existsSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import type { Fault } from '../specs/fault.js'
import { attemptNow, type Either, fail, need } from '../specs/fp.js'
import { readAny } from '../specs/load/index.js'
import { type Pins, parsePins, renderPins } from '../specs/pins.js'
import { replaceFile } from '../specs/write.js'
import { unwritable } from './unwritable.js'

/** Beside an environment file, and committed with it: what its images are pinned to. */
export const lockFileOf = (file: string): string => `${stemOf(file)}.lock`

const stemOf = (file: string): string => join(dirname(file), basename(file, extname(file)))

/** `shown` is its name in messages. */
export const readPins = (file: string, shown: string): Either<Fault, Pins> =>
  attemptNow(() => (existsSync(file) ? need(parsePins(need(readAny(file, { shown })), shown)) : new Map()))

/** As a whole or not at all; where a link stands, what it leads to. */
export const writePins = (file: string, shown: string, pins: Pins): Either<Fault, void> =>
  attemptNow(() => {
    try {
      const there = existsSync(file)
      const target = there ? realpathSync(file) : file
      replaceFile(target, renderPins(pins), there ? statSync(target).mode & 0o777 : 0o644)
    } catch (cause) {
      need(fail(unwritable(shown, cause as NodeJS.ErrnoException)))
    }
  })

/** `prod.yaml` and `prod.toml` have one lock file, so neither may take lines out of it that could be the other's. */
export const isShared = (file: string): boolean =>
  ['.yaml', '.yml', '.toml', '.json'].some(ending => ending !== extname(file) && existsSync(stemOf(file) + ending))
