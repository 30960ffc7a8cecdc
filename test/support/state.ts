import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Addr } from '../../engine/contract.js'
import type { Journal, Remembered, RunStart, TaskResult } from '../../engine/store.js'
import type { Fault } from '../../specs/fault.js'
import { E, type Either } from '../../specs/fp.js'
import { type Claimant, type OpenOptions, openStore, type StateReader, type Store } from '../../state/index.js'

const made: string[] = []
process.once('exit', () => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true })
})

/** Gone when the tests are. */
export const freshFolder = (): string => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'deployer-state-')))
  made.push(folder)
  return folder
}

export const NOW = Date.UTC(2026, 0, 1, 12)

/** A project folder with a state; its key lives in the project too, so that a test leaves nothing elsewhere. */
export const optionsAt = (project: string, more: Partial<OpenOptions> = {}): OpenOptions => ({
  folder: join(project, '.deployer'),
  now: () => NOW,
  host: 'bastion',
  user: 'ops',
  pid: process.pid,
  env: { XDG_CONFIG_HOME: join(project, 'config') },
  ...more,
})

export const writer = (project: string, more: Partial<OpenOptions> = {}): Store => right(openStore(optionsAt(project, more)))
export const reader = (project: string, more: Partial<OpenOptions> = {}): StateReader =>
  right(openStore({ ...optionsAt(project, more), mode: 'read' }))

export const right = <A>(one: Either<Fault, A>): A => {
  if (E.isLeft(one)) throw new Error(`a fault: ${JSON.stringify(one.left)}`)
  return one.right
}
export const left = <A>(one: Either<Fault, A>): Fault => {
  if (E.isRight(one)) throw new Error(`no fault, but ${JSON.stringify(one.right)}`)
  return one.left
}

export const startOf = (project: string, more: Partial<RunStart & Claimant> = {}): RunStart & Claimant => ({
  environment: 'demo',
  file: join(project, 'environment.yaml'),
  provider: 'sandbox',
  command: 'apply',
  fingerprint: 'f'.repeat(64),
  spec: { name: 'demo' },
  tasks: 1,
  ...more,
})

export const resource = (addr: Addr, more: Partial<Remembered> = {}): Omit<Remembered, 'run'> => ({
  addr,
  kind: addr.slice(0, addr.indexOf('.')),
  spec: { size: 1 },
  wanted: { size: 1, of: addr },
  tool: 'test',
  protect: false,
  ...more,
})

export const doneWith = (remember: NonNullable<TaskResult['remember']>, seconds = 1): TaskResult => ({ outcome: 'done', seconds, remember })

/** One whole task: intent, then result. */
export const perform = (journal: Journal, addr: Addr, action: string, result: TaskResult): void => {
  right(journal.intents([{ addr, action }]))
  right(journal.results([{ addr, action, result }]))
}

/** A run of creates from beginning to end; its number. */
export const applied = (store: Store, project: string, resources: ReadonlyArray<Omit<Remembered, 'run'>>, more = {}): number => {
  const journal = right(store.begin(startOf(project, { tasks: resources.length, ...more })))
  for (const one of resources) perform(journal, one.addr, 'create', doneWith(one))
  right(journal.end('done'))
  return journal.run
}
