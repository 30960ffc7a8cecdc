import * as t from 'io-ts'
import type { Batch, Busy, Channel, Look, Machine, Outcome, Provider } from '../../engine/channel.js'
import type { Addr, AnyKind, Claim, Fact, Held, Kind, MachineSeen, Probe, Step } from '../../engine/contract.js'
import { compare } from '../../engine/diff.js'
import { shown } from '../../engine/plan/unified.js'
import type { Fault } from '../../specs/fault.js'

/** The smallest world that an engine can change: machines, and files on them. Trouble is written into it by tests. */
export interface Paper {
  readonly machines: Map<string, { readonly seen: MachineSeen; readonly by: Addr; readonly environment: string; readonly host: Sheet }>
  readonly top: Sheet
  /** Asked before each batch; what it returns happens instead. */
  trouble: (batch: Batch) => Outcome | 'lost after' | undefined
  readonly log: Array<string>
  looks: number
  /** The world goes on by itself between two looks. */
  passes: () => void
}
export interface Sheet {
  readonly files: Map<string, string>
  readonly ledger: Map<string, Held>
  unreachable?: Fault
  busy?: ReadonlyArray<Busy>
}

export const blankPaper = (): Paper => ({
  machines: new Map(),
  top: sheet(),
  trouble: () => undefined,
  log: [],
  looks: 0,
  passes: () => undefined,
})
const sheet = (): Sheet => ({ files: new Map(), ledger: new Map() })

export const paperProvider = (paper: Paper): Provider => ({
  name: 'paper',
  simulated: true,
  ...channelOn(paper, paper.top),
  connect: (machine: Machine): Channel =>
    channelOn(paper, paper.machines.get(machine.name)?.host ?? { ...sheet(), unreachable: gone(machine.name) }),
})

const gone = (host: string): Fault => ({ code: 'UNREACHABLE', host, why: 'it is not there' })

const channelOn = (paper: Paper, on: Sheet): Channel => ({
  close: async () => undefined,
  look: async probes => {
    paper.looks += 1
    paper.passes()
    return lookOn(paper, on, probes)
  },
  act: async (batch, _reveal, told) => {
    const trouble = paper.trouble(batch)
    if (trouble !== undefined && trouble !== 'lost after') return trouble
    for (const claim of batch.claims) hold(on, claim, batch)
    batch.steps.forEach((step, index) => {
      told({ is: 'started', step: index })
      paper.log.push(`${batch.addr} ${step.do} ${'path' in step ? step.path : 'name' in step ? step.name : ''}`)
      change(paper, on, step, batch)
      told({ is: 'done', step: index })
    })
    for (const claim of batch.releases) drop(on, claim, batch)
    if (trouble === 'lost after') return { is: 'unknown', fault: { code: 'CONNECTION_LOST', host: 'paper', addr: batch.addr } }
    const look = lookOn(paper, on, batch.verify)
    return { is: 'done', look: batch.forNext ? look : { ...look, ledger: look.ledger.filter(({ by }) => by.some(isBy(batch))), busy: [] } }
  },
})

const lookOn = (paper: Paper, on: Sheet, probes: ReadonlyArray<Probe>): Look => {
  const { unreachable } = on
  if (unreachable !== undefined) {
    return { answers: probes.map(({ via }) => ({ is: 'unasked', via, fault: unreachable })), ledger: [], busy: [], unreachable }
  }
  const labels = [...paper.machines].map(([id, { by, environment }]): Held => {
    return { what: 'machine', id, via: 'provider', hold: 'own', data: true, by: [{ environment, addr: by }], before: 'absent' }
  })
  return {
    answers: probes.map(({ ask, key }) => {
      const value = ask === 'machine' ? paper.machines.get(key)?.seen : fileOf(on.files.get(key))
      return value === undefined ? { is: 'absent' } : { is: 'present', value }
    }),
    ledger: [...(on === paper.top ? labels : []), ...on.ledger.values()],
    busy: on.busy ?? [],
  }
}

const fileOf = (content: string | undefined) =>
  content === undefined ? undefined : { mode: '0644', owner: 'root', group: 'root', content }
const keyOf = ({ what, id }: Claim): string => `${what} ${id}`

const isBy =
  ({ environment, addr }: Batch) =>
  (holder: Held['by'][number]): boolean =>
    holder.environment === environment && holder.addr === addr

const hold = (on: Sheet, claim: Claim, { environment, addr }: Batch): void => {
  if (claim.what === 'machine') return
  const old = on.ledger.get(keyOf(claim))
  const before = on.files.has(claim.id) ? 'present' : 'absent'
  const others = (old?.by ?? []).filter(holder => holder.environment !== environment || holder.addr !== addr)
  on.ledger.set(keyOf(claim), {
    before,
    ...(before === 'present' && { kept: on.files.get(claim.id) ?? '' }),
    ...old,
    ...claim,
    by: [...others, { environment, addr }],
  })
}
const drop = (on: Sheet, claim: Claim, { environment, addr }: Batch): void => {
  const old = on.ledger.get(keyOf(claim))
  if (old === undefined) return
  const by = old.by.filter(holder => holder.environment !== environment || holder.addr !== addr)
  if (by.length === 0) on.ledger.delete(keyOf(claim))
  else on.ledger.set(keyOf(claim), { ...old, by })
}

const change = (paper: Paper, on: Sheet, step: Step, { environment, addr }: Batch): void => {
  if (step.do === 'put') on.files.set(step.path, shown(step.content))
  if (step.do === 'remove') on.files.delete(step.path)
  if (step.do === 'restore' && step.kept !== undefined) on.files.set(step.id, step.kept)
  if (step.do === 'machine delete') paper.machines.delete(step.name)
  if (step.do === 'machine create') {
    const { name, image, cpus, memory, disk, labels } = step
    const seen = { id: `${name}-${image}`, image, cpus, memory, disk, running: true, addresses: ['10.0.0.1'], labels, config: {} }
    paper.machines.set(name, { seen, by: addr, environment, host: sheet() })
  }
}

/** A machine of a given image. */
export const box: Kind<{ image: string }, { name: string; image: string }, { image: string }> = {
  ...nothing(),
  kind: 'box',
  codec: t.type({ image: t.string }),
  offers: (self, { image }) => [
    {
      fact: 'reach',
      from: self,
      through: 'provider',
      machine: {
        name: self.split('.')[1] ?? '',
        login: { user: 'me', port: 22 },
        host: { os: 'paper', version: image, arch: 'any', ipv6: true },
      },
    } satisfies Fact,
  ],
  want: (self, { image }) => ({ name: self.split('.')[1] ?? '', image }),
  sentence: ({ image }) => `a box of ${image}`,
  claims: ({ name }) => [{ what: 'machine', id: name, via: 'provider', hold: 'own', data: true }],
  probes: ({ name }) => [{ ask: 'machine', key: name, via: 'provider' }],
  read: ({ name }, answers) => {
    const answer = answers.of({ ask: 'machine', key: name, via: 'provider' })
    return answer.is === 'present' ? { image: answer.value.image } : undefined
  },
  diff: ({ image }, seen) => compare({ image }, seen, ['image']),
  steps: ({ name, image }, _seen, diff) =>
    diff.action === 'none'
      ? []
      : [
          {
            do: 'machine create',
            via: 'provider',
            name,
            image,
            cpus: 1,
            memory: 1,
            disk: 1,
            labels: {},
            userData: '',
            first: [],
            extra: {},
          },
        ],
  order: (_, own, gone) => [...own, ...gone],
  remove: held => held.map(({ id }) => ({ do: 'machine delete', via: 'provider', name: id })),
  impact: (_want, diff) => (diff.action === 'replace' ? { stops: [], seconds: 40, data: 'its disk' } : { stops: [] }),
  losing: () => ({ stops: [], data: 'its disk', sentence: 'the box' }),
}

interface Note {
  readonly path: string
  readonly text: string
  readonly on: Addr | 'provider'
}

/** A file with a text, on a box or at the provider itself. */
export const noteKind = (kind: string, after: ReadonlyArray<string>): Kind<Note, Note, { text: string }> => ({
  ...nothing(),
  kind,
  after,
  codec: t.type({ path: t.string, text: t.string, on: t.string }) as unknown as t.Type<Note>,
  offers: () => [],
  want: (_self, spec) => spec,
  sentence: ({ path }) => path,
  claims: ({ path, on }) => [{ what: 'file', id: path, via: on, hold: 'own' }],
  probes: ({ path, on }) => [{ ask: 'file', key: path, via: on }],
  read: ({ path, on }, answers) => {
    const answer = answers.of({ ask: 'file', key: path, via: on })
    return answer.is === 'present' ? { text: answer.value.content ?? '' } : undefined
  },
  diff: ({ text }, seen) => compare({ text }, seen),
  steps: ({ path, text, on }, _seen, diff) =>
    diff.action === 'none' ? [] : [{ do: 'put', via: on, path, content: text, mode: '0644', owner: 'root', group: 'root' }],
  order: (_, own, gone) => [...own, ...gone],
  remove: held =>
    held.map(({ id, via, before, kept }) =>
      before === 'absent'
        ? { do: 'remove', via, path: id }
        : { do: 'restore', via, what: 'file', id, before, ...(kept !== undefined && { kept }) },
    ),
  impact: (_want, diff) => ({ stops: [], effect: diff.action === 'update' ? 'rewrites it' : '' }),
  losing: held => ({ stops: [], sentence: held.map(({ id }) => id).join(', ') }),
})

function nothing() {
  return { after: [] as ReadonlyArray<string>, foreign: () => [], unmet: () => [], refuses: () => undefined, checks: () => [] }
}

export const paperKinds: ReadonlyMap<string, AnyKind> = new Map<string, AnyKind>([
  ['box', box],
  ['note', noteKind('note', ['box'])],
  ['page', noteKind('page', ['note'])],
])
