/** An image's name taken apart. `hub`: it is of Docker Hub, whatever it was called by. */
export interface Reference {
  readonly registry: string
  readonly hub: boolean
  readonly repository: string
  readonly tag: string
}

const HUB = 'docker.io'
/** Docker Hub under the names that people and configurations know it by. */
const HUB_NAMES: ReadonlySet<string> = new Set([HUB, 'index.docker.io', 'registry-1.docker.io'])
/** Where it answers. */
export const HUB_HOST = 'registry-1.docker.io'

/** As an engine reads it: what is before the first slash is a registry if it looks like a host, and `mysql` is `docker.io/library/mysql`. */
export const referenceOf = (image: string): Reference => {
  const [, name = image, tag = 'latest'] = /^(.+?)(?::([^:/]+))?$/.exec(image) ?? []
  const slash = name.indexOf('/')
  const first = name.slice(0, Math.max(0, slash))
  if (/[.:]/.test(first) || first === 'localhost') {
    const hub = HUB_NAMES.has(first)
    return { registry: hub ? HUB : first, hub, repository: withLibrary(name.slice(slash + 1), hub), tag }
  }
  return { registry: HUB, hub: true, repository: withLibrary(name, true), tag }
}

const withLibrary = (repository: string, hub: boolean): string => (hub && !repository.includes('/') ? `library/${repository}` : repository)

/** Under which names credentials for a host may stand. */
export const namesOf = (host: string): ReadonlyArray<string> => (HUB_NAMES.has(host) ? [...HUB_NAMES] : [host])
