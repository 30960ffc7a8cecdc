import { type Attempt, attempt, need } from '../../specs/fp.js'
import type { Home } from './client-config.js'
import { sourceOf } from './image.js'
import { type Lxd, type LxdSection, openLxd } from './server.js'
import type { Profile, Server } from './shapes.js'

/** What can be said of a server before anything is made there. */
export interface LxdHere {
  readonly make: 'lxd' | 'incus'
  readonly version: string
  /** A socket's path or a URL. */
  readonly place: string
  readonly virtualMachines: boolean
  /** What the profiles of a machine don't give it, though nothing else does. */
  readonly lacks: ReadonlyArray<'network' | 'root disk'>
}

export const lxdHere = (section: LxdSection, home: Home): Attempt<LxdHere> =>
  attempt(async () => {
    const { api, make, virtualMachines } = await need(openLxd(section, home))
    try {
      const { environment = {} } = await need(api.get<Server>('/1.0'))
      const profiles = await Promise.all(
        (section.profiles ?? ['default']).map(name => need(api.find<Profile>(`/1.0/profiles/${encodeURIComponent(name)}`))),
      )
      const devices = profiles.flatMap(profile => Object.values(profile?.devices ?? {}))
      const hasDisk = section.pool !== undefined || devices.some(({ type, path }) => type === 'disk' && path === '/')
      const hasNetwork = section.network !== undefined || devices.some(({ type }) => type === 'nic')
      const lacks = [...(hasNetwork ? [] : (['network'] as const)), ...(hasDisk ? [] : (['root disk'] as const))]
      return { make, version: environment.server_version ?? '', place: api.place, virtualMachines, lacks }
    } finally {
      api.close()
    }
  })

/** Where it would come from; of one that is elsewhere only making a machine of it tells whether it is there. */
export const imageFrom = (image: string, lxd: Lxd): Attempt<string> =>
  attempt(async () => {
    const source = await need(sourceOf(image, lxd))
    return 'mode' in source ? `from ${new URL(source.server).host} when it is needed` : 'here'
  })
