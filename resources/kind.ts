import type { Answer, Held, Impact, Kind, Step, Thing } from '../engine/contract.js'
import { unsupported } from './systems.js'

type Always = 'kind' | 'codec' | 'want' | 'sentence' | 'claims' | 'probes' | 'read' | 'diff' | 'steps'

/** A kind out of what only it can say; the rest has answers that fit most. */
export const kind = <S, W, N>(one: Pick<Kind<S, W, N>, Always> & Partial<Kind<S, W, N>>): Kind<S, W, N> => ({
  after: [],
  offers: () => [],
  order: (_, own, gone) => [...own, ...gone],
  remove: putBack,
  impact: () => ({ stops: [] }),
  losing: lossOf,
  foreign: () => [],
  unmet: () => [],
  refuses: (_, __, on) => unsupported(on),
  checks: () => [],
  ...one,
})

/** What the ledger says of the removal of all these. */
const lossOf = (held: ReadonlyArray<Held>): Impact & { readonly sentence: string } => {
  const impacts = held.flatMap(({ impact }) => impact ?? [])
  const [data] = impacts.flatMap(impact => impact.data ?? [])
  const effects = [...new Set(impacts.flatMap(({ effect }) => effect ?? []))]
  return {
    stops: [...new Set(impacts.flatMap(({ stops }) => stops))],
    says: [...new Set(impacts.flatMap(({ says }) => says ?? []))],
    ...(data !== undefined && { data }),
    sentence: effects.length > 0 ? effects.join(', ') : `${counted(held.length, 'thing')} of it, as they were before`,
  }
}

/** Each thing as it was before, in the order in which nothing is pulled from under another. */
export const putBack = (held: ReadonlyArray<Held>): ReadonlyArray<Step> =>
  [...held].sort((a, b) => ORDER.indexOf(a.what) - ORDER.indexOf(b.what) || deeperFirst(a, b)).map(asBefore)

export const asBefore = ({ what, id, via, before, kept }: Held): Step => ({
  do: 'restore',
  via,
  what,
  id,
  before,
  ...(kept !== undefined && { kept }),
})

/** Files before the daemons that read them again; a rule after the firewall that would close without it; packages last. */
const ORDER: ReadonlyArray<Thing> = [
  'container',
  'image',
  'network',
  'account',
  'cron',
  'firewall',
  'chain',
  'unit',
  'file',
  'dir',
  'engine',
  'sshd',
  'rule',
  'member',
  'sysctl',
  'setting',
  'user',
  'package',
  'machine',
]

const deeperFirst = (a: Held, b: Held): number => b.id.length - a.id.length || (a.id < b.id ? -1 : 1)

export const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`

export const presentOf = <A>(answer: Answer<A>): A | undefined => (answer.is === 'present' ? answer.value : undefined)
