import { join } from 'node:path'
import type { Channel, Look, Probe, Provider, Reveal } from '../../engine/contract.js'
import { E } from '../../specs/fp.js'
import { act } from './act.js'
import { dueUndos, fold } from './fold.js'
import { type Log, openLog } from './log.js'
import { asked, connected, type End, lookAt, nothingSeen } from './look.js'
import { instant, type Pace } from './pace.js'
import { type Troubles, troublesOf } from './trouble.js'

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
    act: (batch, reveal, on) => {
      fireUndos(log, now())
      return act(batch, reveal, on, { ...shared, end })
    },
    close: async () => {},
  })

  const look = async (probes: ReadonlyArray<Probe>, reveal: Reveal, end: End): Promise<Look> => {
    fireUndos(log, now())
    const opened = log.read()
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

/** What a host does by itself, whoever looks. */
const fireUndos = (log: Log, now: number): void => {
  const seen = log.read()
  if (E.isLeft(seen) || dueUndos(seen.right, now).length === 0) return
  const world = log.open()
  if (E.isLeft(world)) return
  const due = dueUndos(world.right, now)
  for (const entry of due) fold(world.right, entry)
  log.append(due)
}
