import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PAGES } from './pages.js'

/** Writes every file that is made from the code. With --check it writes nothing and names those that are stale. */
const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const isStale = ([file, text]: readonly [string, string]): boolean =>
  !existsSync(join(root, file)) || readFileSync(join(root, file), 'utf8') !== text

const stale = Object.entries(PAGES).filter(isStale)

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
