import { type Fragment, withServices } from '../resources/compose-stack/fragments.js'
import type { Environment } from '../resources/environment.js'
import type { Fault } from '../specs/fault.js'
import { E, type Either, fail } from '../specs/fp.js'

/** Something on the host that writes logs. */
export interface Service {
  readonly name: string
  /** As systemd knows it; the name of a batch's unit differs with each. */
  readonly units: ReadonlyArray<string>
}

/** What this version handles on a host. */
export const SERVICES: ReadonlyArray<Service> = [
  { name: 'docker', units: ['docker.service', 'containerd.service'] },
  { name: 'ssh', units: ['ssh.service'] },
  { name: 'unattended-upgrades', units: ['unattended-upgrades.service', 'apt-daily.service', 'apt-daily-upgrade.service'] },
  { name: 'deployer', units: ['deployer-*'] },
]

/** Whose log is shown where none is asked for. */
export const USUAL = 'tracker'

/** All of the journal's, mixed by time. */
const ALL = 'host'

/** Those that run in containers, as the compose file calls them. */
export const containersOf = (environment: Environment, fragments: ReadonlyArray<Fragment>): ReadonlyArray<string> => [
  USUAL,
  ...('mysql' in environment ? ['mysql'] : []),
  ...Object.keys(withServices(environment, fragments)['compose-stack'].services),
]

/** Those of the journal. */
export const servicesOf = (service: string, containers: ReadonlyArray<string>): Either<Fault, ReadonlyArray<Service>> => {
  if (service === ALL) return E.right(SERVICES)
  const found = SERVICES.filter(({ name }) => name === service)
  return found.length > 0
    ? E.right(found)
    : fail({ code: 'SERVICE_UNKNOWN', service, known: [...containers, ALL, ...SERVICES.map(({ name }) => name)] })
}
