import type { HostSeen } from '../engine/contract.js'
import type { Fault } from '../specs/fault.js'

/** What the steps are made for and tried on, with the names of their releases in package archives. */
const CODENAMES: { readonly [system: string]: string } = {
  'debian 12': 'bookworm',
  'debian 13': 'trixie',
  'ubuntu 22.04': 'jammy',
  'ubuntu 24.04': 'noble',
}

export const codenameOf = ({ os, version }: { readonly os: string; readonly version: string }): string | undefined =>
  CODENAMES[`${os} ${version}`]

/** On another system the same steps could do anything, so none is begun. */
export const unsupported = ({ name, host }: HostSeen): Fault | undefined =>
  codenameOf(host) === undefined ? { code: 'HOST_UNSUPPORTED', host: name, os: `${host.os} ${host.version}`.trim() } : undefined
