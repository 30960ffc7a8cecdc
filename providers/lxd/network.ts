import { type Attempt, attempt, fail, need } from '../../specs/fp.js'
import type { Api } from './api.js'
import { lacks } from './server.js'
import type { Network } from './shapes.js'

const NETWORKS = '/1.0/networks'

/** LXD lists every interface of its computer: what it does not manage takes machines only if it is a bridge. */
const takesMachines = ({ managed, type }: Network): boolean => managed || type === 'bridge'

export const networkAt = (api: Api, name: string): Attempt<Network> =>
  attempt(async () => {
    const found = await need(api.find<Network>(`${NETWORKS}/${encodeURIComponent(name)}`))
    if (found !== undefined && takesMachines(found)) return found
    const all = (await need(api.find<ReadonlyArray<Network>>(`${NETWORKS}?recursion=1`))) ?? []
    const known = all.filter(takesMachines).map(network => network.name)
    return need(fail(lacks('network', name, known)))
  })
