import { randomBytes } from 'node:crypto'
import type { Batch } from '../../engine/channel.js'
import type { Claim } from '../../engine/contract.js'
import { holderOf } from '../../engine/mark.js'
import { objectionTo } from '../../engine/model/ledger.js'
import { type Place, viewOf } from '../../engine/model/model.js'
import type { Fault } from '../../specs/fault.js'
import { attemptNow, type Either, fail, need } from '../../specs/fp.js'
import { isAlive, thisProcess } from './actor.js'
import type { Begun, Entry } from './entry.js'
import { dueUndos, fold, rivalOf, triesKey, type World } from './fold.js'
import type { Log } from './log.js'
import { connected, type End } from './look.js'

/** What the batches of one process share. */
export interface Desk {
  readonly log: Log
  /** Those that are open. */
  readonly own: Set<string>
  readonly now: () => number
}

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never
/** What a batch can do while it has the lock. */
export type Deed = Without<Extract<Entry, { readonly host?: string; readonly batch: string }>, 'batch' | 'host'>

/** A batch that has the lock. */
export interface Turn {
  /** How many batches of this addr began before. */
  readonly attempt: number
  world(): World
  /** Seen by others after the next flush. */
  record(deed: Deed): void
  /** An undo that is not waited for. */
  fire(undo: string): void
  /** Before anything is waited for. */
  flush(): Either<Fault, void>
  /** Gives the lock back. */
  leave(): Either<Fault, void>
}

const self = thisProcess()
const token = randomBytes(6).toString('hex')
let batches = 0

/** Takes the lock, and writes the batch's claims down. */
export const takeTurn = (batch: Batch, end: End, desk: Desk): Either<Fault, Turn> =>
  attemptNow(() => {
    const { log, own } = desk
    const { environment, addr, run, fence } = batch
    const begun: Begun = { batch: `${token}-${batches++}`, environment, addr, run, fence, actor: self }
    const world = need(log.open())
    catchUp(world, desk)
    const objection = objectionOf(batch, end, world)
    if (objection !== undefined) return need(fail(objection))
    const attempt = world.tries.get(triesKey(begun)) ?? 0
    const turn = turnOf(begun, end, attempt, desk)
    const entries = firstEntries(begun, batch, end)
    for (const entry of entries) fold(world, entry)
    need(log.append(entries))
    const after = need(log.locked())
    if (!after.open.has(begun.batch)) return need(fail(busy(rivalOf(after, begun) ?? begun, end)))
    own.add(begun.batch)
    return turn
  })

const firstEntries = (begun: Begun, { claims }: Batch, { host }: End): ReadonlyArray<Entry> => [
  { is: 'begin', ...begun },
  ...(host === undefined || claims.length === 0 ? [] : [{ is: 'claims', batch: begun.batch, host, claims } as const]),
]

const turnOf = ({ batch }: Begun, { host }: End, attempt: number, { log, own }: Desk): Turn => {
  let pending: Array<Entry> = []
  const world = (): World => need(log.locked())
  const add = (entry: Entry): void => {
    fold(world(), entry)
    pending.push(entry)
  }
  const flush = (): Either<Fault, void> => {
    const entries = pending
    pending = []
    return entries.length === 0 ? attemptNow(() => undefined) : log.append(entries)
  }
  return {
    attempt,
    world,
    fire: undo => {
      if (host !== undefined) add({ is: 'fired', host, undo })
    },
    record: deed => add({ ...deed, batch, ...(host === undefined ? {} : { host }) } as Entry),
    flush,
    leave: () => {
      own.delete(batch)
      return attemptNow(() => {
        if (log.isLong()) {
          need(flush())
          fold(world(), { is: 'end', batch })
          if (compacted(log)) return
          pending.push({ is: 'end', batch })
        } else add({ is: 'end', batch })
        need(flush())
      })
    },
  }
}

/** Without space for a second file the log just stays long. */
const compacted = (log: Log): boolean => log.compact()._tag === 'Right'

/** What became of itself: undos whose time has come, and batches whose process is gone. */
export const catchUp = (world: World, { log, own, now }: Desk): void => {
  const gone = [...world.open.values()].filter(({ batch, actor }) => !own.has(batch) && !isAlive(actor))
  const entries = [...dueUndos(world, now()), ...gone.map(({ batch }): Entry => ({ is: 'end', batch }))]
  if (entries.length === 0) return
  for (const entry of entries) fold(world, entry)
  need(log.append(entries))
}

const objectionOf = (batch: Batch, end: End, world: World): Fault | undefined => {
  const newest = world.fences.get(batch.environment) ?? 0
  if (batch.fence < newest) return { code: 'FENCED', host: nameOf(end), fence: batch.fence, newer: newest }
  const rival = rivalOf(world, batch)
  if (rival !== undefined) return busy(rival, end)
  const place = connected(world, end)
  if (place._tag === 'Left') return place.left
  const object = end.host === undefined ? objectionToMachine : objectionTo
  for (const claim of batch.claims) {
    const fault = object(claim, place.right, batch)
    if (fault !== undefined) return fault
  }
  return undefined
}

export const nameOf = ({ host }: End): string => host ?? 'sandbox'

const busy = ({ environment, addr, run }: Begun, end: End): Fault => ({ code: 'HOST_BUSY', host: nameOf(end), environment, addr, run })

/** The marks on a machine are its claims. */
const objectionToMachine = ({ what, id }: Claim, place: Place, { environment }: Batch): Fault | undefined => {
  const machine = what === 'machine' ? viewOf(place).at('machine', id) : undefined
  if (machine === undefined) return undefined
  const holder = holderOf(machine.labels)
  if (holder === undefined) return { code: 'NOT_OURS', what, id }
  return holder.environment === environment ? undefined : { code: 'NOT_OURS', what, id, by: `${holder.addr} of ${holder.environment}` }
}
