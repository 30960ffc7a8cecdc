/** `npm test`, with what it covers. Files that hold types alone leave nothing to run, so they don't count. */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { transformSync } from 'esbuild'

const ROOMS = ['bin', 'cli', 'engine', 'providers', 'resources', 'specs', 'state']

const isTypesAlone = (file: string): boolean => transformSync(readFileSync(file, 'utf8'), { loader: 'ts' }).code.trim() === ''

const excluded = ROOMS.flatMap(room =>
  readdirSync(room, { recursive: true, encoding: 'utf8' })
    .map(name => `${room}/${name}`)
    .filter(file => file.endsWith('.ts') && isTypesAlone(file)),
)
const argv = [...excluded.flatMap(file => ['--exclude', file]), 'npm', '-s', 'test', '--', ...process.argv.slice(2)]
const { status } = spawnSync('node_modules/.bin/c8', argv, { stdio: 'inherit' })
process.exitCode = status ?? 1
