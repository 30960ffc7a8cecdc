import type { Fault } from '../../specs/fault.js'
import { type Attempt, attempt, E, type Either, fail, need } from '../../specs/fp.js'
import type { Api } from './api.js'
import type { KnownRemote } from './client-config.js'

/** Where LXD takes an image from, in its own words. */
export type Source =
  | { readonly type: 'image'; readonly alias: string }
  | { readonly type: 'image'; readonly fingerprint: string }
  | { readonly type: 'image'; readonly mode: 'pull'; readonly server: string; readonly protocol: string; readonly alias: string }

interface ImageServer {
  readonly addr: string
  readonly protocol: string
}
/** What lxc and incus know without being told. */
const SERVERS: { readonly [make: string]: { readonly [remote: string]: ImageServer } } = {
  lxd: {
    images: { addr: 'https://images.lxd.canonical.com', protocol: 'simplestreams' },
    ubuntu: { addr: 'https://cloud-images.ubuntu.com/releases', protocol: 'simplestreams' },
  },
  incus: { images: { addr: 'https://images.linuxcontainers.org', protocol: 'simplestreams' } },
}

export interface ImageSources {
  readonly api: Api
  /** `lxd` or `incus`. */
  readonly make: string
  readonly remotes: ReadonlyArray<KnownRemote>
}

/** `remote:alias`, a fingerprint, a local alias, or, for a system, the image with cloud-init at the server that lxc calls `images`. */
export const sourceOf = (image: string, sources: ImageSources): Attempt<Source> =>
  attempt(async () => {
    const [, remote, alias = ''] = /^([A-Za-z][\w.-]*):(.+)$/.exec(image) ?? []
    if (remote !== undefined && remote !== 'local') return need(pulled(remote, alias, image, sources))
    const local = remote === undefined ? image : alias
    for (const name of [local, `${local}/cloud`]) {
      const found = await need(sources.api.find(`/1.0/images/aliases/${encodeURIComponent(name)}`))
      if (found !== undefined) return { type: 'image', alias: name }
    }
    if (/^[0-9a-f]{12,64}$/.test(local)) {
      const found = await need(sources.api.find<{ readonly fingerprint: string }>(`/1.0/images/${local}`))
      if (found !== undefined) return { type: 'image', fingerprint: found.fingerprint }
    }
    if (remote === 'local' || !/^[a-z]+\/[\w.]+$/.test(local)) return need(fail(missing(image, 'there is no local image of that name')))
    return need(pulled('images', `${local}/cloud`, image, sources))
  })

const pulled = (remote: string, alias: string, image: string, { make, remotes }: ImageSources): Either<Fault, Source> => {
  const server = remotes.find(({ name, addr }) => name === remote && addr.startsWith('https:')) ?? SERVERS[make]?.[remote]
  if (server === undefined) return fail(missing(image, `there is no remote ${remote}`))
  return E.right({ type: 'image', mode: 'pull', server: server.addr, protocol: server.protocol, alias })
}

const missing = (image: string, why: string): Fault => ({ code: 'MACHINE_IMAGE_MISSING', provider: 'lxd', image, why })
