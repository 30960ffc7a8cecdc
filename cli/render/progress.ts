import type { RunEvent } from '../../engine/run-value.js'
import { jsonLines, lines } from './progress-lines.js'
import { screen } from './progress-screen.js'

export interface ProgressInput {
  readonly write: (text: string) => void
  readonly terminal: boolean
  /** Asked at every drawing, so that a resized terminal counts at once. */
  readonly columns: () => number
  readonly rows: () => number
  readonly color: boolean
  readonly unicode: boolean
  /** In milliseconds. */
  readonly now: () => number
  /** Calls back until the returned function is called. */
  readonly every: (ms: number, call: () => void) => () => void
  /** One JSON object a line instead. */
  readonly json?: boolean
}

export interface Progress {
  on(event: RunEvent): void
  /** Leaves only what ended, and the cursor as it was. Call it whatever happened; twice is fine. */
  close(): void
}

export const progress = (input: ProgressInput): Progress =>
  input.json === true ? jsonLines(input) : input.terminal ? screen(input) : lines(input)
