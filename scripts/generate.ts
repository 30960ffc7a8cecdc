import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PAGES } from './pages.js'
import { filled, transcriptsIn } from './transcript.js'

/** Writes every file that is made from the code, and what pages show of commands. With --check it writes nothing and names what is stale. */
const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const textAt = (file: string): string | undefined => (existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : undefined)

const files: Array<readonly [file: string, text: string]> = Object.entries(PAGES)
for (const file of transcriptsIn(root)) files.push([file, await filled(textAt(file) ?? '')])
const stale = files.filter(([file, text]) => textAt(file) !== text)

if (process.argv.includes('--check')) {
  for (const [file] of stale) console.error(`${file} is stale; run: npm run generate`)
  process.exitCode = stale.length === 0 ? 0 : 1
} else {
  for (const [file, text] of stale) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), text)
    console.log(`${file} written`)
  }
}
