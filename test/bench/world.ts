import * as t from 'io-ts'
import type { Addr, AnyKind, Asks, Claim, Host, Kind, ProbeOf, Step } from '../../engine/contract.js'
import { compare } from '../../engine/diff.js'
import type { Declared, Wish } from '../../engine/wish.js'

const debian: Host = { os: 'debian', version: '13', arch: 'x86_64', ipv6: true }
const GiB = 1024 ** 3
const NO_IMPACT = { stops: [] }

interface HostWanted {
  readonly name: string
  readonly self: Addr
}
const machineOf = ({ name }: HostWanted): ProbeOf<'machine'> => ({ ask: 'machine', key: name, via: 'provider' })

/** The least that is a machine. */
const host: Kind<unknown, HostWanted, { readonly running: boolean }> = {
  kind: 'host',
  after: [],
  codec: t.unknown,
  offers: self => [
    {
      fact: 'reach',
      from: self,
      through: 'provider',
      machine: { name: 'bench', login: { user: 'bench', port: 22 }, host: { ...debian } },
    },
  ],
  want: self => ({ name: 'bench', self }),
  sentence: () => 'the machine of the benchmark',
  claims: ({ name }) => [{ what: 'machine', id: name, via: 'provider', hold: 'own' }],
  probes: want => [machineOf(want)],
  read: (want, answers) => {
    const machine = answers.of(machineOf(want))
    return machine.is === 'present' ? { running: machine.value.running } : undefined
  },
  diff: (_want, seen) => compare({ running: true }, seen),
  steps: ({ name, self }, seen) => [
    seen === undefined
      ? {
          do: 'machine create',
          via: 'provider',
          name,
          image: 'debian/13',
          cpus: 2,
          memory: 2 * GiB,
          disk: 10 * GiB,
          labels: {},
          userData: '',
          first: [],
          extra: {},
        }
      : { do: 'machine update', via: 'provider', name, running: true },
    { do: 'wait ready', via: self, seconds: 60 },
  ],
  order: (_, own, gone) => [...own, ...gone],
  remove: held => held.map(({ id }): Step => ({ do: 'machine delete', via: 'provider', name: id })),
  impact: () => NO_IMPACT,
  losing: () => ({ ...NO_IMPACT, sentence: 'the machine of the benchmark' }),
  foreign: () => [],
  unmet: () => [],
  refuses: () => undefined,
  checks: () => [],
}

interface NoteWanted {
  readonly path: string
  readonly via: Addr
  readonly content: string
  readonly mode: string
  readonly owner: string
  readonly group: string
}
const fileOf = ({ path, via }: NoteWanted): ProbeOf<'file'> => ({ ask: 'file', key: path, via })
const claimOf = ({ path, via }: NoteWanted): Claim => ({ what: 'file', id: path, via, hold: 'own' })

/** One file of its own: the least that is a resource. */
const note: Kind<{ readonly text: string }, NoteWanted, Asks['file']> = {
  kind: 'note',
  after: ['host'],
  codec: t.type({ text: t.string }),
  offers: () => [],
  want: (self, { text }) => ({
    path: `/etc/bench-${self.slice('note.'.length)}`,
    via: 'host.main',
    content: text,
    mode: '0644',
    owner: 'root',
    group: 'root',
  }),
  sentence: ({ path }) => path,
  claims: want => [claimOf(want)],
  probes: want => [fileOf(want)],
  read: (want, answers) => {
    const file = answers.of(fileOf(want))
    return file.is === 'present' ? file.value : undefined
  },
  diff: ({ content, mode, owner, group }, seen) => compare({ content, mode, owner, group }, seen),
  steps: ({ path, via, content, mode, owner, group }) => [{ do: 'put', via, path, content, mode, owner, group }],
  order: (_, own, gone) => [...own, ...gone],
  remove: held => held.map(({ id, via }): Step => ({ do: 'remove', via, path: id })),
  impact: () => NO_IMPACT,
  losing: () => ({ ...NO_IMPACT, sentence: 'a file' }),
  foreign: () => [],
  unmet: () => [],
  refuses: () => undefined,
  checks: () => [],
}

export const kinds: ReadonlyMap<string, AnyKind> = new Map<string, AnyKind>([
  ['host', host],
  ['note', note],
])

const main: Declared = { addr: 'host.main', kind: 'host', spec: {}, protect: false }

/** One host with so many files; another revision changes the text of every one. */
export const wishOf = (size: number, revision: number): Wish => ({
  environment: 'bench',
  provider: 'sandbox',
  resources: [
    main,
    ...Array.from({ length: size }, (_, index): Declared => {
      const name = `n${String(index).padStart(5, '0')}`
      return { addr: `note.${name}`, kind: 'note', spec: { text: `${name}, revision ${revision}\n${'x'.repeat(60)}\n` }, protect: false }
    }),
  ],
  facts: [],
  unhandled: [],
  overrides: [],
  reachable: [],
})
