import type { Fault } from '../../specs/fault.js'
import { type Attempt, attempt, fail, need } from '../../specs/fp.js'
import { type Api, apiOver } from './api.js'
import { type Home, type KnownRemote, knownRemotes } from './client-config.js'
import { endpointOf, type Whereabouts } from './endpoint.js'
import type { Server } from './shapes.js'
import { wireTo } from './wire.js'

/** What the `provider` section says, as far as it is about the way to LXD, and what a machine needs there. */
export interface LxdSection extends Whereabouts {
  readonly project?: string
  /** On which a machine's address is looked for. */
  readonly network?: string
  readonly type?: string
  readonly profiles?: ReadonlyArray<string>
  readonly pool?: string
}

/** A server that answers, and trusts us. */
export interface Lxd {
  readonly api: Api
  readonly make: 'lxd' | 'incus'
  readonly virtualMachines: boolean
  /** Newer servers have a setting of its own for cloud-init's user data. */
  readonly cloudInit: boolean
  readonly salt: string
  readonly remotes: ReadonlyArray<KnownRemote>
}

export const openLxd = (section: LxdSection, home: Home): Attempt<Lxd> =>
  attempt(async () => {
    const wire = wireTo(need(endpointOf(section, home)))
    const api = apiOver(wire, section.project)
    try {
      const server = await need(api.get<Server>('/1.0'))
      if (server.auth !== 'trusted') return need(fail(untrusted(api.place)))
      await need(projectThere(api, section.project))
      return { api, remotes: knownRemotes(home), ...natureOf(server, api.place) }
    } catch (cause) {
      api.close()
      throw cause
    }
  })

const natureOf = ({ environment = {}, api_extensions = [] }: Server, place: string) =>
  ({
    make: environment.server === 'incus' ? 'incus' : 'lxd',
    virtualMachines: environment.driver?.includes('qemu') ?? true,
    cloudInit: api_extensions.includes('cloud_init'),
    salt: environment.certificate_fingerprint ?? place,
  }) as const

const untrusted = (url: string): Fault => ({ code: 'LXD_UNTRUSTED', url, why: 'it does not know our certificate' })

/** A project that is not there has no instances, and LXD says no more than that. */
const projectThere = (api: Api, project: string | undefined): Attempt<void> =>
  attempt(async () => {
    if (project !== undefined) await need(thereOr(api, 'project', '/1.0/projects', project))
  })

/** One of a collection, or which ones there are. */
export const thereOr = <A>(api: Api, what: string, collection: string, name: string): Attempt<A> =>
  attempt(async () => {
    const found = await need(api.find<A>(`${collection}/${encodeURIComponent(name)}`))
    if (found !== undefined) return found
    const known = (await need(api.find<ReadonlyArray<string>>(collection))) ?? []
    return need(fail(lacks(what, name, known.map(nameIn))))
  })

export const lacks = (what: string, name: string, known: ReadonlyArray<string>): Fault => ({
  code: 'PROVIDER_LACKS',
  provider: 'lxd',
  what,
  name,
  known,
})

/** `/1.0/profiles/default?project=one` */
export const nameIn = (path: string): string => decodeURIComponent(path.replace(/\?.*$/, '').split('/').pop() ?? '')
