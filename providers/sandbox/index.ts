import { join } from 'node:path'
import type { Channel, Look, Provider, Reveal } from '../../engine/channel.js'
import type { Probe } from '../../engine/contract.js'
import type { Fault } from '../../specs/fault.js'
import { attemptNow, E, type Either, need } from '../../specs/fp.js'
import { act } from './act.js'
import { dueUndos, type World } from './fold.js'
import { openLog } from './log.js'
import { asked, connected, type End, lookAt, nothingSeen } from './look.js'
import { instant, type Pace } from './pace.js'
import { type Troubles, troublesOf } from './trouble.js'
import { catchUp } from './turn.js'

export interface SandboxOptions {
  /** Where the state is; the sandbox lives beside it. */
  readonly folder: string
  readonly environment: string
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<void>
  readonly seed?: number
  readonly trouble?: Troubles
  readonly pace?: Pace
}

export const logFile = ({ folder, environment }: Pick<SandboxOptions, 'folder' | 'environment'>): string =>
  join(folder, 'sandbox', `${environment}.log`)

/**
 * Machines that are only a model, which outlives the process and answers as real ones would. Everything it is follows from its
 * log; the same batches make the same answers.
 */
export const sandbox = (options: SandboxOptions): Provider => {
  const { now, sleep, seed = 0, trouble = troublesOf(seed), pace = instant } = options
  const log = openLog(logFile(options))
  const shared = { log, own: new Set<string>(), installing: new Set<string>(), now, sleep, trouble, pace }

  const channelTo = (end: End): Channel => ({
    look: (probes, reveal) => look(probes, reveal, end),
    outside: async (probes, reveal) => (await look(probes, reveal, end)).answers,
    act: (batch, reveal, on) => act(batch, reveal, on, { ...shared, end }),
    close: async () => {},
  })

  /** A look writes only what a host did by itself. */
  const upToDate = (): Either<Fault, World> => {
    const seen = log.read()
    if (E.isLeft(seen) || dueUndos(seen.right, now()).length === 0) return seen
    return attemptNow(() => {
      const world = need(log.open())
      catchUp(world, shared)
      return world
    })
  }

  const look = async (probes: ReadonlyArray<Probe>, reveal: Reveal, end: End): Promise<Look> => {
    const opened = upToDate()
    if (E.isLeft(opened)) return nothingSeen(probes, opened.left)
    const ready = await Promise.all(probes.map(probe => asked(probe, reveal, log.salt())))
    const world = log.read()
    if (E.isLeft(world)) return nothingSeen(probes, world.left)
    return lookAt(world.right, ready, { end, place: connected(world.right, end), salt: log.salt(), own: shared.own })
  }

  return {
    ...channelTo({}),
    name: 'sandbox',
    simulated: true,
    connect: ({ name, login }) => channelTo({ host: name, login }),
    close: async () => log.close(),
  }
}
