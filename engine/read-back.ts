import { encodeAs } from '../specs/encode.js'
import type { Addr, Probe, Text } from './contract.js'
import type { Planned } from './plan/plan.js'
import type { Root } from './routes.js'

/** A line of a file on a host that has one secret in it and is otherwise known. */
export interface Place {
  readonly secret: string
  readonly path: string
  readonly before: string
  readonly after: string
}

/** Generated ones are letters and digits, so that whatever a file wants of a text, they stand in it as they are. */
const GENERATED = /^[A-Za-z][A-Za-z0-9]{15,127}$/
const SAMPLE = 'Abcdefghijklmnop0123456789'

/** What a text tells of where its secrets stand: lines with one of them, written so that it can be read. */
export const placesIn = (path: string, content: Text): ReadonlyArray<Place> =>
  linesOf(content).flatMap(line => {
    const [hole, other] = line.filter(part => typeof part !== 'string')
    if (hole === undefined || other !== undefined || !('secret' in hole)) return []
    const around = encodeAs(SAMPLE, hole.as).split(SAMPLE)
    if (around.length !== 2) return []
    const at = line.indexOf(hole)
    const joined = (parts: Line): string => parts.join('')
    return [{ secret: hole.secret, path, before: joined(line.slice(0, at)) + around[0], after: around[1] + joined(line.slice(at + 1)) }]
  })

type Line = Exclude<Text, string>

const linesOf = (content: Text): ReadonlyArray<Line> => {
  const lines: Array<Array<Line[number]>> = [[]]
  for (const part of typeof content === 'string' ? [content] : content) {
    if (typeof part !== 'string') {
      lines.at(-1)?.push(part)
      continue
    }
    const [first = '', ...rest] = part.split('\n')
    lines.at(-1)?.push(first)
    lines.push(...rest.map(text => [text]))
  }
  return lines
}

/** The secret in a file's text, where exactly one line is that of the place. */
export const standingIn = (text: string, { before, after }: Place): string | undefined => {
  const found = text.split('\n').flatMap(line => {
    if (!line.startsWith(before) || !line.endsWith(after)) return []
    const middle = line.slice(before.length, line.length - after.length)
    return GENERATED.test(middle) ? [middle] : []
  })
  return found.length === 1 ? found[0] : undefined
}

/**
 * Generated secrets as they stand on hosts, in files that this environment's ledger entries name. Of a secret in several files
 * the first counts: whoever checks it comes before those who use it. They go nowhere but to who asks.
 */
export const readBack = async (
  { entries, world, routes, links, input }: Planned,
  lacking: ReadonlyArray<{ readonly secret: string }>,
): Promise<ReadonlyMap<string, string>> => {
  const sought = [...entries.values()].flatMap(({ addr, probes }) => {
    const held = new Set((world.held.get(addr) ?? []).flatMap(({ what, id }) => (what === 'file' ? [id] : [])))
    return probes.flatMap(({ ask, key, via, match = '' }) =>
      ask === 'file' && held.has(key)
        ? placesIn(key, match)
            .filter(({ secret }) => lacking.some(one => one.secret === secret))
            .map(place => ({ place, root: routes.rootOf(via), probe: { ask, key, via } as const }))
        : [],
    )
  })
  const texts = new Map<string, string>()
  for (const root of new Set(sought.map(one => one.root))) {
    const machine = world.machines.get(root as Addr)
    if (!machine?.seen.running) continue
    const probes = sought.filter(one => one.root === root).map(({ probe }): Probe => probe)
    const { answers } = await links.to(machine).look(probes, input.reveal)
    probes.forEach(({ key }, index) => {
      const answer = answers[index]
      const content = answer?.is === 'present' ? (answer.value as { readonly content?: string }).content : undefined
      if (content !== undefined) texts.set(textKey(root, key), content)
    })
  }
  const found = new Map<string, string>()
  for (const { place, root } of sought) {
    const standing = standingIn(texts.get(textKey(root, place.path)) ?? '', place)
    if (standing !== undefined && !found.has(place.secret)) found.set(place.secret, standing)
  }
  return found
}

const textKey = (root: Root, path: string): string => `${root} ${path}`
