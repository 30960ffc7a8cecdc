import { structuredPatch } from 'diff'
import type { FileDiff, Text } from '../contract.js'
import type { PlannedFile } from '../plan-value.js'

/** A text for people: holes show as `(secret)`, so two texts that differ in a secret only look the same. */
export const shown = (text: Text): string =>
  typeof text === 'string' ? text : text.map(part => (typeof part === 'string' ? part : '(secret)')).join('')

export const plannedFile = ({ path, from, to }: FileDiff): PlannedFile => ({
  path,
  lines: hunks(from ?? '', to === undefined ? '' : shown(to)),
})

const hunks = (from: string, to: string): ReadonlyArray<string> =>
  structuredPatch('', '', from, to, undefined, undefined, { context: 2 }).hunks.flatMap(hunk => [
    `@@ -${range(hunk.oldStart, hunk.oldLines)} +${range(hunk.newStart, hunk.newLines)} @@`,
    ...hunk.lines.filter(line => !line.startsWith('\\')),
  ])

/** As `diff -u` has it: nothing begins one line earlier, so a file that is not there is `-0,0`. */
const range = (start: number, lines: number): string => `${lines === 0 ? start - 1 : start},${lines}`
