import type { Batch, Event, Outcome, Reveal } from '../../engine/channel.js'
import type { Do, Probe, Step } from '../../engine/contract.js'
import type { Fault } from '../../specs/fault.js'
import { type Attempt, attempt, E, fail, need } from '../../specs/fp.js'
import { isAway } from './api.js'
import { create, remove, update } from './change.js'
import type { Clock, Deed, Hosts } from './deed.js'
import { instanceAt, settledInstance } from './instances.js'
import { lookAt } from './look.js'
import { marked } from './marks.js'
import { objectionTo } from './refusal.js'
import type { Lxd } from './server.js'
import { neededFor } from './wanted.js'

export interface Acting extends Clock {
  readonly lxd: Lxd
  readonly network?: string
  readonly hosts: Hosts
}
type On = (event: Event) => void

/** Claims first, then step after step; every one looks for itself how far it has been done before. */
export const act = async (batch: Batch, reveal: Reveal, on: On, acting: Acting): Promise<Outcome> => {
  const { lxd, network } = acting
  const claimed = await claimable(batch, lxd)()
  if (E.isLeft(claimed)) return ended(0, claimed.left, batch)
  const texts = new Map<number, string>()
  for (const [index, step] of batch.steps.entries()) {
    const text = await revealed(step, reveal, lxd)()
    if (E.isLeft(text)) return { is: 'failed', step: index, fault: text.left }
    texts.set(index, text.right)
    const makeable = await possible(step, lxd)()
    if (E.isLeft(makeable)) return ended(index, makeable.left, batch)
  }
  for (const [index, step] of batch.steps.entries()) {
    on({ is: 'started', step: index })
    const tell = (text: string): void => on({ is: 'progress', step: index, text })
    const done = await persist({ ...acting, step, batch, tell }, texts.get(index) ?? '')()
    if (E.isLeft(done)) return ended(index, done.left, batch)
    on({ is: 'done', step: index })
  }
  const { environment, addr, verify, forNext } = batch
  const look = await lookAt(verify, {
    lxd,
    ...(network !== undefined && { network }),
    ...(!forNext && { holder: { environment, addr } }),
  })()
  return E.isLeft(look) ? unknown(batch) : { is: 'done', look: look.right }
}

/** Every secret of a batch is revealed before its first step: one that is missing changes nothing. */
const revealed = (step: Step, reveal: Reveal, { salt }: Lxd): Attempt<string> =>
  step.do === 'machine create' ? reveal(step.userData, salt) : async () => E.right('')

/** What a machine needs is there before the first step, which may delete the one that it takes the place of. */
const possible = (step: Step, lxd: Lxd): Attempt<void> =>
  attempt(async () => {
    if (step.do === 'machine create') await need(neededFor(step, lxd))
  })

const claimable = (batch: Batch, { api }: Lxd): Attempt<void> =>
  attempt(async () => {
    for (const { what, id } of batch.claims) {
      const tagged = what === 'machine' ? await need(settledInstance(api, id)) : undefined
      const objection = tagged === undefined ? undefined : objectionTo(tagged.instance, batch)
      if (objection !== undefined) await need(fail(objection))
    }
  })

type Performing = Omit<Deed<Do>, 'step'> & { readonly step: Step }

const TIMES = 3

/** Every step finds out itself how far it came: one that lost its server, which is started again, is done again. */
const persist = (deed: Performing, userData: string): Attempt<void> =>
  attempt(async () => {
    for (let time = 1; ; time++) {
      const done = await perform(deed, userData)()
      if (E.isRight(done) || !isAway(done.left) || time === TIMES) return need(done)
      if (E.isLeft(await deed.lxd.api.get('/1.0')())) return need(done)
    }
  })

const perform = ({ step, ...rest }: Performing, userData: string): Attempt<void> =>
  attempt(async () => {
    if (step.done !== undefined && (await need(isThere(step.done, rest.lxd)))) return
    if (step.do === 'machine create') await need(create({ ...rest, step: marked(step, rest.batch) }, userData))
    else if (step.do === 'machine update') await need(update({ ...rest, step: marked(step, rest.batch) }))
    else if (step.do === 'machine delete') await need(remove({ ...rest, step }))
    else await need(fail(notDone(step)))
  })

const isThere = ({ ask, key }: Probe, { api }: Lxd): Attempt<boolean> =>
  attempt(async () => ask === 'machine' && (await need(instanceAt(api, key))) !== undefined)

const notDone = (step: Step): Fault => ({
  code: 'PROVIDER_CANNOT',
  provider: 'lxd',
  what: `do ${step.do}`,
  why: 'it only makes and changes machines',
})

/** What was said to LXD before the connection went, it may have done. */
const ended = (step: number, fault: Fault, batch: Batch): Outcome =>
  fault.code === 'UNREACHABLE' ? unknown(batch) : { is: 'failed', step, fault }

const unknown = ({ addr }: Batch): Outcome => ({ is: 'unknown', fault: { code: 'CONNECTION_LOST', host: 'lxd', addr } })
