import { readdirSync, readFileSync } from 'node:fs'
import { sep } from 'node:path'

/** Every test of the tree whose path holds one of these words; all of them where there are none, but those that need real hosts. */
export const testFiles = (words: ReadonlyArray<string>): ReadonlyArray<string> =>
  readdirSync('test', { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.test.ts'))
    .map(name => `test/${name.split(sep).join('/')}`)
    .filter(file => (words.length === 0 ? !file.endsWith('.lab.test.ts') : words.some(word => isMeant(file, word))))
    .sort()

/** A test that needs real hosts is asked for as such: `npm test -- lxd.lab`. */
const isMeant = (file: string, word: string): boolean => file.includes(word) && (word.includes('lab') || !file.endsWith('.lab.test.ts'))

/** uvu runs nothing of a file that forgets it, and calls that a success. */
export const endsInRun = (file: string): boolean => readFileSync(file, 'utf8').trimEnd().endsWith('.run()')
