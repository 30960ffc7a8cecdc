/** First steps on the simulated host, shown as they run: `npm run try`, or `npm run try -- FOLDER`. Again in the same folder goes on from there. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { relative, resolve } from 'node:path'

const folder = resolve(process.argv[2] ?? 'try')
const deployer = resolve('dist/deployer.js')

const step = (cwd: string, argv: ReadonlyArray<string>): void => {
  const [command = '', ...args] = argv
  const { status } = spawnSync(command, args, { cwd, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

const show = (...words: ReadonlyArray<string>): void => {
  process.stdout.write(`\n$ deployer ${words.join(' ')}\n`)
  step(folder, [process.execPath, deployer, ...words])
}

step('.', [process.execPath, '--import', 'tsx', 'scripts/build.ts'])
mkdirSync(folder, { recursive: true })
if (!existsSync(`${folder}/environment.yaml`)) show('init')
show('plan')
show('apply', '--yes')
// Ends with 2, and so fails here, if the second plan is not empty.
show('plan', '--detailed-exitcode')

const near = relative('.', folder)
process.stdout.write(`
Nothing real happened: the host is simulated. It is yours to play with:

  cd ${near.startsWith('..') ? folder : near}
  alias deployer='node ${deployer}'
  deployer --help
`)
