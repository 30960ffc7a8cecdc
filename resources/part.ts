import { isDeepStrictEqual } from 'node:util'
import type { Answers, Asks, Claim, Field, FileDiff, Network, Owned, Probe, Step, Text, Thing, Via } from '../engine/contract.js'
import { secretsNamedIn } from '../engine/holes.js'
import { hasHoles } from '../engine/vocabulary.js'
import type { Json } from '../specs/json.js'

interface Parts {
  readonly file: Owned & { readonly path: string; readonly content: Text }
  readonly dir: Owned & { readonly path: string }
  readonly package: { readonly name: string }
  readonly unit: { readonly name: string; readonly active: boolean; readonly enabled: boolean }
  readonly user: { readonly name: string; readonly shell: string; readonly sudo: boolean; readonly keys: ReadonlyArray<string> }
  readonly member: { readonly user: string; readonly group: string }
  readonly sysctl: { readonly key: string; readonly value: string }
  readonly setting: { readonly key: 'timezone' | 'hostname'; readonly value: string }
  readonly network: Network & { readonly name: string }
  readonly cron: { readonly path: string; readonly lines: ReadonlyArray<string> }
}
type What = keyof Parts & Thing

/** One thing of a host as it should be. Plain JSON; most of what a kind wants are these. */
export type Part<P extends What = What> = { [W in P]: { readonly what: W; readonly hold?: 'own' } & Parts[W] }[P]

/** Whether it is there and as wanted; what was not asked is not in here, what is absent is null. */
export type SeenParts = { readonly [part: string]: Json }

interface Row<P extends What> {
  readonly id: (part: Parts[P]) => string
  readonly match?: (part: Parts[P]) => Text | undefined
  /** In words, for people: equal words, equal things. */
  readonly words: (value: Parts[P] | Asks[P]) => string
  readonly same: (part: Parts[P], seen: Asks[P]) => boolean
  readonly step: (part: Parts[P], via: Via) => Step
}

const modeOf = ({ mode, owner, group }: Owned): string => `${mode} ${owner}:${group}`
const textOf = (text: Text): string => (typeof text === 'string' ? text : text.join(''))
const path = ({ path: id }: { readonly path: string }): string => id
const name = ({ name: id }: { readonly name: string }): string => id
const key = ({ key: id }: { readonly key: string }): string => id
const value = ({ value: words }: { readonly value: string }): string => words

/** The kernel answers with tabs where people write spaces. */
const apart = (words: string): string => words.trim().split(/\s+/).join(' ')

const ROWS: { readonly [P in What]: Row<P> } = {
  file: {
    id: path,
    match: ({ content }) => (hasHoles(content) ? content : undefined),
    words: modeOf,
    same: (part, seen) =>
      modeOf(part) === modeOf(seen) && (hasHoles(part.content) ? seen.same === true : seen.content === textOf(part.content)),
    step: ({ path, content, mode, owner, group }, via) => ({ do: 'put', via, path, content, mode, owner, group }),
  },
  dir: {
    id: path,
    words: modeOf,
    same: (part, seen) => modeOf(part) === modeOf(seen),
    step: ({ path, mode, owner, group }, via) => ({ do: 'dir', via, path, mode, owner, group }),
  },
  package: {
    id: name,
    words: () => 'installed',
    same: () => true,
    step: ({ name }, via) => ({ do: 'install', via, packages: [name], mutex: 'packages' }),
  },
  unit: {
    id: name,
    words: ({ active, enabled }) => `${active ? 'active' : 'inactive'}, ${enabled ? 'enabled' : 'disabled'}`,
    same: ({ active, enabled }, seen) => seen.active === active && seen.enabled === enabled,
    step: ({ name, active, enabled }, via) => ({ do: 'unit', via, name, active, enabled }),
  },
  user: {
    id: name,
    words: ({ shell, sudo, keys }) => `${shell}, ${sudo ? 'sudo' : 'no sudo'}, ${keys.length} keys`,
    same: ({ shell, sudo, keys }, seen) =>
      seen.shell === shell && seen.sudo === sudo && isDeepStrictEqual([...seen.keys].sort(), [...keys].sort()),
    step: ({ name, shell, sudo, keys }, via) => ({ do: 'user', via, name, shell, sudo, keys }),
  },
  member: {
    id: ({ user, group }) => `${user}/${group}`,
    words: ({ group }) => group,
    same: () => true,
    step: ({ user, group }, via) => ({ do: 'group add', via, user, group }),
  },
  sysctl: {
    id: key,
    words: value,
    same: (part, seen) => apart(part.value) === apart(seen.value),
    step: ({ key, value }, via) => ({ do: 'sysctl', via, key, value }),
  },
  setting: {
    id: key,
    words: value,
    same: (part, seen) => part.value === seen.value,
    step: ({ key, value }, via) => ({ do: 'setting', via, key, value }),
  },
  network: {
    id: name,
    words: ({ ipv6, inside }) => `${ipv6 === undefined ? 'IPv4' : `IPv4 and IPv6 ${ipv6}`}${inside ? ', inside only' : ''}`,
    same: ({ bridge, inside, ipv6, labels }, seen) =>
      bridge === seen.bridge &&
      inside === seen.inside &&
      ipv6 === seen.ipv6 &&
      Object.entries(labels).every(([key, value]) => seen.labels[key] === value),
    step: ({ name, bridge, inside, ipv6, labels }, via) => {
      const more = { ...(inside && { inside }), ...(ipv6 !== undefined && { ipv6 }) }
      return { do: 'network', via, name, bridge, ...more, labels }
    },
  },
  cron: {
    id: path,
    words: ({ lines }) => lines.join('; '),
    same: ({ lines }, seen) => isDeepStrictEqual(lines, seen.lines),
    step: ({ path, lines }, via) => ({ do: 'cron', via, path, lines }),
  },
}

const rowOf = (part: Part): Row<What> => ROWS[part.what] as unknown as Row<What>
const idOf = (part: Part): string => rowOf(part).id(part)
const keyOf = (part: Part): string => `${part.what} ${idOf(part)}`

export const claimsOf = (via: Via, parts: ReadonlyArray<Part>): ReadonlyArray<Claim> =>
  parts.map(part => ({ what: part.what, id: idOf(part), via, hold: part.hold ?? 'share' }))

export const probesOf = (via: Via, parts: ReadonlyArray<Part>): ReadonlyArray<Probe> => parts.map(part => probeOf(via, part))

/** Whoever is wanted by number is asked for by number. */
const isNumbered = (part: Part): boolean => 'owner' in part && /^\d+$/.test(part.owner)

const probeOf = (via: Via, part: Part): Probe => {
  const match = rowOf(part).match?.(part)
  return { ask: part.what, key: idOf(part), via, ...(match !== undefined && { match }), ...(isNumbered(part) && { numeric: true }) }
}

export const readParts = (via: Via, parts: ReadonlyArray<Part>, answers: Answers): SeenParts =>
  Object.fromEntries(
    parts.flatMap(part => {
      const answer = answers.of(probeOf(via, part))
      if (answer.is === 'unasked') return []
      return [[keyOf(part), answer.is === 'absent' ? null : (answer.value as unknown as Json)] as const]
    }),
  )

/** What is not as wanted; of what was not asked, everything. */
export const differing = (parts: ReadonlyArray<Part>, seen: SeenParts = {}): ReadonlyArray<Part> =>
  parts.filter(part => {
    const now = seen[keyOf(part)]
    return now === undefined || now === null || !rowOf(part).same(part, now as never)
  })

export const isPresent = (part: Part, seen: SeenParts = {}): boolean => (seen[keyOf(part)] ?? null) !== null

/** The steps for these parts in their order, packages that stand together in one. */
export const stepsOf = (via: Via, parts: ReadonlyArray<Part>): ReadonlyArray<Step> => {
  const steps: Array<Step> = []
  for (const part of parts) {
    const step = rowOf(part).step(part, via)
    const last = steps.at(-1)
    if (last?.do === 'install' && step.do === 'install')
      steps[steps.length - 1] = { ...last, packages: [...last.packages, ...step.packages] }
    else steps.push(step)
  }
  return steps
}

export const fieldsOf = (parts: ReadonlyArray<Part>, seen: SeenParts = {}): ReadonlyArray<Field> =>
  parts.flatMap((part): ReadonlyArray<Field> => {
    const now = (seen[keyOf(part)] ?? undefined) as Asks[What] | undefined
    const row = rowOf(part)
    if (part.what === 'package' || part.what === 'member') return [{ name: part.what, to: idOf(part) }]
    if (part.what !== 'file') return [{ name: nameOf(part), ...(now && { from: row.words(now) }), to: row.words(part) }]
    if (now === undefined) return []
    if (row.words(now) !== row.words(part)) return [{ name: part.path, from: row.words(now), to: row.words(part) }]
    return hasHoles(part.content) ? [{ name: part.path, secret: true, carries: secretsNamedIn(part.content) }] : []
  })

const nameOf = (part: Part): string => (part.what === 'setting' ? part.key : `${part.what} ${idOf(part)}`)

export const filesOf = (parts: ReadonlyArray<Part>, seen: SeenParts = {}): ReadonlyArray<FileDiff> =>
  parts.flatMap((part): ReadonlyArray<FileDiff> => {
    if (part.what !== 'file') return []
    const now = (seen[keyOf(part)] ?? undefined) as Asks['file'] | undefined
    if (now !== undefined && (hasHoles(part.content) || now.content === textOf(part.content))) return []
    return [{ path: part.path, ...(now?.content !== undefined && { from: now.content }), to: part.content }]
  })
