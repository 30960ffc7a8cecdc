import type { Addr, AnyKind } from '../../engine/contract.js'
import { pinned } from '../../resources/images.js'
import { kind, presentOf } from '../../resources/kind.js'
import { vmOf } from '../../resources/names.js'
import { kinds } from '../../resources/registry.js'
import { TrackerSpec } from '../../resources/tracker/spec.js'

interface Wanted {
  readonly via: Addr
  readonly image: string
}

const PATH = '/etc/image'
const probe = ({ via }: Wanted) => ({ ask: 'file', key: PATH, via }) as const

/** Stands for a tracker of which nothing counts but its image: a file on the host says which. */
export const imageKind: AnyKind = kind<TrackerSpec, Wanted, string>({
  kind: 'tracker',
  after: ['docker'],
  codec: TrackerSpec,
  want: (self, spec, facts) => ({ via: vmOf(self), image: pinned(spec.image, facts) }),
  sentence: ({ image }) => image,
  claims: ({ via }) => [{ what: 'file', id: PATH, via, hold: 'own' }],
  probes: want => [probe(want)],
  read: (want, answers) => presentOf(answers.of(probe(want)))?.content,
  diff: ({ image }, seen) =>
    seen === image
      ? { action: 'none' }
      : { action: seen === undefined ? 'create' : 'update', fields: [{ name: 'image', from: seen, to: image }], files: [] },
  steps: ({ via, image }) => [{ do: 'put', via, path: PATH, content: image, mode: '0644', owner: 'root', group: 'root' }],
})

/** Until it is given back, this version acts on a tracker in this way, and on no other kind that has images. */
export const withImageKind = (): (() => void) => {
  const all = kinds as Map<string, AnyKind>
  const before = [...all]
  for (const one of ['compose-stack', 'tracker', 'mysql', 'prometheus', 'grafana', 'caddy']) all.delete(one)
  all.set('tracker', imageKind)
  return () => {
    all.clear()
    for (const [name, one] of before) all.set(name, one)
  }
}
