import type { Asks } from '../../engine/contract.js'
import type { Api } from './api.js'
import { canonical, Refused, strangers, type Tracker } from './peer.js'

export interface Meeting {
  /** Speaks to the tracker, with a key where one is needed. */
  readonly tracker: (key: string | undefined) => Promise<Tracker>
  /** Of the tracker; `admit` needs it. */
  readonly api?: Api | undefined
  readonly admit: ReadonlyArray<'listing' | 'key'>
  /** Whether an address that is not the one it was asked from is this machine's all the same, as behind a router. */
  readonly isOwn: (address: string, local: string) => Promise<boolean>
}
type Couple = ReturnType<typeof strangers>

/** Two peers meet at a tracker and leave again. What is made for it through the API is taken away whatever happens. */
export const meet = async (meeting: Meeting): Promise<Asks['announce']> => {
  const { tracker, api, admit } = meeting
  const couple = strangers()
  const undo: Array<() => Promise<void>> = []
  try {
    const key = admit.includes('key') ? await api?.makeKey() : undefined
    if (key !== undefined) undo.push(async () => api?.removeKey(key))
    if (admit.includes('listing')) {
      undo.push(async () => api?.unlist(couple[0].hash))
      await api?.list(couple[0].hash)
    }
    const at = await tracker(key)
    undo.push(async () => at.close())
    return await met(at, couple, meeting)
  } catch (cause) {
    if (cause instanceof Refused) return { taken: false, says: plainly(cause.message) }
    throw cause
  } finally {
    for (const one of undo.reverse()) await one()
  }
}

/** Without where in its source the tracker stands: `…, /cargo/registry/…/announce.rs:95:31`. */
const plainly = (message: string): string => message.replaceAll(/[,.]?( Error in)? \/\S+:\d+:\d+/g, '').slice(0, 200)

const met = async (at: Tracker, couple: Couple, meeting: Meeting): Promise<Asks['announce']> => {
  const [first, second] = couple
  try {
    const began = performance.now()
    await at.announce({ ...first, event: 'started' })
    const milliseconds = Math.max(1, Math.round(performance.now() - began))
    const { interval, peers } = await at.announce({ ...second, event: 'started' })
    const scraped = (await at.scrape(first.hash)) === 2
    const told = [peers, ...(meeting.api === undefined ? [] : [await meeting.api.peersOf(first.hash)])]
    const known = await knownAs(
      told.map(all => all.find(({ port }) => port === first.port)?.address),
      canonical(at.local()),
      meeting,
    )
    return { taken: true, interval, ...(known !== undefined && { known }), scraped, milliseconds }
  } finally {
    /** What the tracker answers to a farewell is of no interest to those who leave. */
    await Promise.allSettled(couple.map(one => at.announce({ ...one, event: 'stopped' })))
  }
}

/** Own only where everybody who is asked tells of the peer, and has it there. */
const knownAs = async (
  told: ReadonlyArray<string | undefined>,
  local: string,
  { isOwn }: Pick<Meeting, 'isOwn'>,
): Promise<string | undefined> => {
  for (const address of told) {
    if (address === undefined) return undefined
    if (address !== local && !(await isOwn(address, local))) return address
  }
  return 'own'
}
