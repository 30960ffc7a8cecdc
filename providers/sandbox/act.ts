import type { Batch, Event, Outcome, Reveal } from '../../engine/channel.js'
import type { Step } from '../../engine/contract.js'
import { sshAnswers } from '../../engine/model/effects/reach.js'
import { effects } from '../../engine/model/effects.js'
import { type Place, viewOf } from '../../engine/model/model.js'
import { objection } from '../../engine/model/objection.js'
import type { SealedStep } from '../../engine/model/seal.js'
import { doingOf } from '../../engine/run/doing.js'
import type { Fault } from '../../specs/fault.js'
import { attempt, E, need } from '../../specs/fp.js'
import { type Asked, answerTo, asked, type End, loginOf, lookAt, placeOf } from './look.js'
import type { Pace } from './pace.js'
import { prepare, type ReadyStep } from './ready.js'
import type { Trouble, Troubles } from './trouble.js'
import { type Desk, nameOf, type Turn, takeTurn } from './turn.js'

export interface Acting extends Desk {
  readonly end: End
  readonly pace: Pace
  readonly trouble: Troubles
  readonly sleep: (ms: number) => Promise<void>
  /** Hosts whose package manager is at work. */
  readonly installing: Set<string>
}
interface Doing {
  readonly batch: Batch
  readonly turn: Turn
  readonly on: (event: Event) => void
  readonly acting: Acting
}

const failed = (step: number, fault: Fault): Outcome => ({ is: 'failed', step, fault })
const unknown = (fault: Fault): Outcome => ({ is: 'unknown', fault })

/** The batch is done under the lock, step after step, and what it did is looked at before anybody else can change it. */
export const act = async (batch: Batch, reveal: Reveal, on: (event: Event) => void, acting: Acting): Promise<Outcome> => {
  const { log, end } = acting
  const opened = log.open()
  if (E.isLeft(opened)) return failed(0, opened.left)
  const ready = await prepare(batch, reveal, log.salt())
  if ('fault' in ready) return failed(ready.step, ready.fault)
  const verify = await Promise.all(batch.verify.map(probe => asked(probe, reveal, log.salt())))
  const turn = takeTurn(batch, end, acting)
  if (E.isLeft(turn)) return failed(0, turn.left)
  const ended = await underLock(ready, { batch, turn: turn.right, on, acting })
  return ended ?? looked(batch, verify, acting)
}

/** Undefined: all was done. Whoever hears that of the last step finds it so when he looks. */
const underLock = async (ready: ReadonlyArray<ReadyStep>, doing: Doing): Promise<Outcome | undefined> => {
  const { batch, turn, on } = doing
  const last = ready.length - 1
  const done = await attempt(async () => {
    for (const [index, one] of ready.entries()) {
      const ended = await doStep(one, index, doing)
      if (ended !== undefined) return ended
      if (index < last) on({ is: 'done', step: index })
    }
    if (batch.releases.length > 0) turn.record({ is: 'releases', claims: batch.releases })
    return undefined
  })()
  const left = turn.leave()
  if (E.isLeft(done)) return unknown(done.left)
  if (done.right !== undefined) return done.right
  if (E.isLeft(left)) return unknown(left.left)
  if (last >= 0) on({ is: 'done', step: last })
  return undefined
}

const doStep = async ({ step, done }: ReadyStep, index: number, doing: Doing): Promise<Outcome | undefined> => {
  const { batch, turn, on, acting } = doing
  on({ is: 'started', step: index })
  if (!isDone(done, doing)) {
    const trouble = acting.trouble({ environment: batch.environment, addr: batch.addr, step, index, attempt: turn.attempt })
    if (trouble?.is === 'lost' && trouble.when === 'before') return lost(doing)
    const fault = (await pause(step, trouble, doing)) ?? refusal(step, doing)
    if (fault !== undefined) {
      for (const undo of undosOf(step, index, batch)) turn.fire(undo)
      return failed(index, fault)
    }
    turn.record({ is: 'step', step, ...partOf(step, trouble, doing), ...(step.do === 'arm' ? { at: acting.now() } : {}) })
    if (trouble?.is === 'lost') return lost(doing)
  }
  return undefined
}

/** Of a batch that failed nobody will confirm what it armed. */
const undosOf = (step: SealedStep, index: number, { steps }: Batch): ReadonlyArray<string> =>
  [...steps.slice(0, index), ...(step.do === 'confirm' ? [step] : [])].flatMap(one =>
    one.do === 'arm' || one.do === 'confirm' ? [one.name] : [],
  )

const lost = ({ batch, acting }: Doing): Outcome => unknown({ code: 'CONNECTION_LOST', host: nameOf(acting.end), addr: batch.addr })

const placeNow = ({ turn, acting }: Doing): Place => need(placeOf(turn.world(), acting.end))

const isDone = (done: Asked | undefined, doing: Doing): boolean => {
  if (done === undefined) return false
  const { turn, acting } = doing
  const answer = answerTo(done, { model: turn.world().model, place: placeNow(doing), salt: acting.log.salt(), ...loginOf(acting.end) })
  return answer.is === 'present' && (answer.value as { readonly same?: boolean }).same !== false
}

/** Takes the time that the step takes; others see what was done before. */
const pause = async (step: SealedStep, trouble: Trouble | undefined, { turn, acting }: Doing): Promise<Fault | undefined> => {
  const { end, installing, pace, sleep } = acting
  const host = nameOf(end)
  if (trouble?.is === 'refused') return refused(trouble.code, host)
  const ms = pace(step) + (trouble?.is === 'slow' ? trouble.ms : 0)
  if (ms === 0) return undefined
  const packages = step.do === 'install' || step.do === 'uninstall'
  if (packages && installing.has(host)) return refused('PACKAGES_LOCKED', host)
  need(turn.flush())
  if (packages) installing.add(host)
  await sleep(ms).finally(() => packages && installing.delete(host))
  return undefined
}

const refused = (code: 'PERMISSION_DENIED' | 'DISK_FULL' | 'PACKAGES_LOCKED', host: string): Fault => {
  if (code === 'PERMISSION_DENIED') return { code, host, what: 'a fault that was asked for' }
  return code === 'DISK_FULL' ? { code, where: host } : { code, host }
}

/** What a host of this state would not do. */
const refusal = (step: SealedStep, doing: Doing): Fault | undefined => {
  const host = nameOf(doing.acting.end)
  const view = viewOf(placeNow(doing))
  const output = doing.acting.end.host === undefined ? undefined : objection(step, view)
  if (output !== undefined) return { code: 'STEP_FAILED', host, step: doingOf(step as Step), output }
  if (step.do !== 'confirm' || sshAnswers(view, step.port)) return undefined
  return { code: 'NOT_CONFIRMED', host, port: step.port, why: 'no answer', undone: true }
}

/** Cut in the middle, only the first half of its changes happened. */
const partOf = (step: SealedStep, trouble: Trouble | undefined, doing: Doing): { readonly part?: number } =>
  trouble?.is === 'lost' && trouble.when === 'during' ? { part: Math.floor(effects(step, viewOf(placeNow(doing))).length / 2) } : {}

const looked = ({ environment, addr, forNext }: Batch, verify: ReadonlyArray<Asked>, { log, end, own }: Acting): Outcome => {
  const world = log.locked()
  if (E.isLeft(world)) return unknown(world.left)
  return {
    is: 'done',
    look: lookAt(world.right, verify, {
      end,
      place: placeOf(world.right, end),
      salt: log.salt(),
      own,
      ...(!forNext && { holder: { environment, addr } }),
    }),
  }
}
