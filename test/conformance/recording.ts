import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Case } from './case.js'
import type { Said } from './run.js'
import type { Debian } from './sandbox.js'

/** What a real host said to the cases. */
export interface Recording {
  readonly command: string
  /** As /etc/os-release has it, with the point release and the kernel. */
  readonly os: string
  readonly kernel: string
  readonly cases: { readonly [says: string]: Recorded }
}
export interface Recorded {
  /** Of the case as it was then: one that has changed since has to be recorded again. */
  readonly of: string
  readonly said: ReadonlyArray<Said>
}

export const digestOf = (one: Case): string => createHash('sha256').update(JSON.stringify(one)).digest('hex').slice(0, 12)

const fileOf = (debian: Debian): string => `test/fixtures/conformance/debian-${debian}.json`

export const recordingOf = (debian: Debian): Recording =>
  existsSync(fileOf(debian))
    ? (JSON.parse(readFileSync(fileOf(debian), 'utf8')) as Recording)
    : { command: '', os: '', kernel: '', cases: {} }

/** A case a line, so that a change is seen where it is. */
export const record = (debian: Debian, { cases, ...rest }: Recording): void => {
  const head = Object.entries(rest).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`)
  const lines = Object.entries(cases).map(([says, one]) => `    ${JSON.stringify(says)}: ${JSON.stringify(one)}`)
  mkdirSync(dirname(fileOf(debian)), { recursive: true })
  writeFileSync(fileOf(debian), `{\n${head.join('')}  "cases": {\n${lines.join(',\n')}\n  }\n}\n`)
}
