/**
 * Real hosts on this machine, for tests and for trying things: `npm run lab -- COMMAND`.
 *   up [--yes]                 LXD, its network and the images; asks first, unless --yes or CI=true
 *   images [--yes]             a registry with the tracker and MySQL, for hosts with Docker
 *   host NAME [--debian 12]    a fresh host in seconds
 *   list                       the lab's hosts
 *   rm NAME...                 removes hosts
 *   down                       takes away all that the lab made, and nothing else
 * docs/lab.md says more.
 */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { down } from './down.js'
import { debianOf, type LabHost, labHost, listHosts, removeHost, sshOf } from './host.js'
import { upImages } from './images/images.js'
import { registriesOf } from './images/registry.js'
import { Trouble } from './trouble.js'
import { up } from './up.js'

const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

const usage = (): string =>
  readFileSync(new URL(import.meta.url), 'utf8')
    .split('\n')
    .slice(1, 9)
    .map(line => line.slice(3))
    .join('\n')

const show = (host: LabHost, state = 'running'): void => {
  say(`${host.name}  Debian ${host.debian}, ${state}${host.address === '' ? '' : `, ${host.address}, ${host.address6}`}`)
  if (host.address !== '') say(`  ${sshOf(host).join(' ')}`)
}

const named = (names: ReadonlyArray<string>): string => {
  const [name] = names
  if (name === undefined || names.length > 1) throw new Trouble('a host needs one name', 'npm run lab -- host NAME')
  return name
}

const main = async (): Promise<void> => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { debian: { type: 'string', default: '13' }, yes: { type: 'boolean', short: 'y', default: false } },
  })
  const [command, ...names] = positionals
  const began = performance.now()
  const took = (): string => `${((performance.now() - began) / 1000).toFixed(1)} s`
  if (command === 'up') {
    await up(values.yes || process.env.CI === 'true', say)
    say(`The lab is up (${took()}). A host: npm run lab -- host NAME`)
  } else if (command === 'images') {
    await upImages(values.yes || process.env.CI === 'true', say)
    say(`The images are up (${took()}). In an environment file: docker: { mirrors: [${(await registriesOf()).mirror.url}] }`)
  } else if (command === 'host') {
    show(await labHost({ name: named(names), debian: debianOf(values.debian) }))
    say(`  ready in ${took()}`)
  } else if (command === 'list') for (const { host, state } of await listHosts()) show(host, state)
  else if (command === 'rm' && names.length > 0) for (const name of names) await removeHost(name)
  else if (command === 'down') await down(say)
  else throw new Trouble(command === undefined ? 'what should the lab do?' : `the lab cannot ${command}`, usage())
}

try {
  await main()
} catch (error) {
  if (!(error instanceof Trouble)) throw error
  process.stderr.write(`${error.message}\nWhat to do: ${error.todo}\n`)
  process.exitCode = 1
}
