import type { Attempt } from '../../specs/fp.js'
import { HUB_HOST, namesOf, type Reference, referenceOf } from './reference.js'

export interface Login {
  readonly user: string
  readonly password: Attempt<string>
}

/** What the environment says of registries. */
export interface Registries {
  /** Of Docker Hub, asked in this order before it. */
  readonly mirrors: ReadonlyArray<string>
  /** By host, as the file names it. */
  readonly logins: ReadonlyMap<string, Login>
  /** Those that are spoken to without TLS. */
  readonly insecure: ReadonlyArray<string>
}

/** A place that may know an image. */
export interface Endpoint {
  /** As people know it: without credentials, path included. */
  readonly at: string
  readonly base: URL
  readonly login?: Login
}

/** Where an image is asked for, in order. What the last one says counts. */
export const endpointsOf = (image: string, registries: Registries): ReadonlyArray<Endpoint> => {
  const reference = referenceOf(image)
  const { hub, registry } = reference
  const host = hub ? HUB_HOST : registry
  const own = `${isOpen(host, registries) ? 'http' : 'https'}://${host}`
  return [...(hub ? registries.mirrors : []), own].map(at => {
    const base = new URL(at.endsWith('/') ? at : `${at}/`)
    const login = loginFor(base.host, registries)
    return { at: at.replace(/\/$/, ''), base, ...(login && { login }) }
  })
}

/** As the engine does it: on this machine itself, and where it was told to. */
const isOpen = (host: string, { insecure }: Registries): boolean =>
  insecure.includes(host) || /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(host)

const loginFor = (host: string, { logins }: Registries): Login | undefined => namesOf(host).flatMap(name => logins.get(name) ?? [])[0]

export const manifestAt = ({ base }: Endpoint, { repository, tag }: Reference): URL => new URL(`v2/${repository}/manifests/${tag}`, base)
