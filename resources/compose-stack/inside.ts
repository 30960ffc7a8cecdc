import { isRecord } from '../../specs/codec.js'
import type { Issue } from '../../specs/issue.js'
import type { Json } from '../../specs/json.js'
import { type Block, INSIDE } from '../stack.js'

/** Networks by their names in the file, however they are written. */
export const namedNetworks = (networks: Json | undefined): ReadonlyArray<string> =>
  Array.isArray(networks) ? networks.map(String) : Object.keys(isRecord(networks) ? networks : {})

/** The engine would start them, and publish nothing, without a word. */
export const publishedInside = (services: { readonly [name: string]: Block }): ReadonlyArray<Issue> =>
  Object.entries(services).flatMap(([name, block]) => {
    const named = namedNetworks(block.networks)
    const isInside = named.length > 0 && named.every(one => (INSIDE as ReadonlySet<string>).has(one))
    if (!isInside || !Array.isArray(block.ports) || block.ports.length === 0) return []
    return [
      {
        code: 'VALUE_INVALID',
        level: 'error',
        path: ['compose-stack', 'services', name, 'ports'],
        what: `${named.join(' and ')} ${named.length === 1 ? 'has' : 'have'} no way in or out, so nothing of ${name} would be published.`,
        expected: 'Add default to its networks, or remove ports.',
      },
    ]
  })
