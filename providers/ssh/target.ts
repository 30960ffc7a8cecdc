import type { Login } from '../../engine/contract.js'

/** A host as it is spoken to. */
export interface Target {
  /** For messages, and the name under which its key is pinned, whatever its port and address are. */
  readonly name: string
  readonly addresses: ReadonlyArray<string>
  readonly login: Login
  /** Where sshd was found last, tried when the wanted port does not answer. */
  readonly lastPort?: number
}

/** What a host has to show. */
export interface Believed {
  readonly knownHosts: string
  /** Nobody has seen it so far: what it shows is written there. */
  readonly isNew: boolean
  /** Seconds until a connection counts as not answered. */
  readonly patience: number
}

/** The wanted port first, then the last one known, then sshd's own. */
export const portsOf = ({ login, lastPort }: Target): ReadonlyArray<number> => [...new Set([login.port, lastPort ?? login.port, 22])]

export interface Way {
  readonly address: string
  readonly port: number
}
export const waysTo = (target: Target): ReadonlyArray<Way> =>
  portsOf(target).flatMap(port => target.addresses.map(address => ({ address, port })))

const option = (name: string, value: string | number): ReadonlyArray<string> => ['-o', `${name}=${value}`]

/** `socket` undefined: a connection of its own, which proves that one can be made. */
export const sshArgs = (target: Target, way: Way, believed: Believed, socket?: string): ReadonlyArray<string> => [
  '-T',
  ...option('ClearAllForwardings', 'yes'),
  ...(socket === undefined
    ? ALONE
    : [...option('ControlMaster', 'auto'), ...option('ControlPath', socket), ...option('ControlPersist', 60)]),
  ...trusted(target, way, believed),
  '--',
  way.address,
]

/** By a connection that no other shares. */
export const ALONE: ReadonlyArray<string> = [...option('ControlMaster', 'no'), ...option('ControlPath', 'none')]
/** Over one that is open. */
export const sharing = (socket: string): ReadonlyArray<string> => [...option('ControlMaster', 'no'), ...option('ControlPath', socket)]

/** Who is spoken to, as whom, and what the host has to show. */
export const trusted = (target: Target, { port }: Way, { knownHosts, isNew, patience }: Believed): ReadonlyArray<string> => [
  ...option('BatchMode', 'yes'),
  ...option('ConnectTimeout', patience),
  ...option('ConnectionAttempts', 1),
  ...option('ServerAliveInterval', 5),
  ...option('ServerAliveCountMax', 3),
  ...option('StrictHostKeyChecking', isNew ? 'accept-new' : 'yes'),
  ...option('UserKnownHostsFile', `"${knownHosts}"`),
  ...option('GlobalKnownHostsFile', '/dev/null'),
  ...option('HostKeyAlias', target.name),
  ...option('HashKnownHosts', 'no'),
  ...option('CheckHostIP', 'no'),
  ...option('UpdateHostKeys', 'no'),
  ...(target.login.key === undefined ? [] : ['-i', target.login.key, ...option('IdentitiesOnly', 'yes')]),
  '-p',
  String(port),
  '-l',
  target.login.user,
]

/** Any login shell can read these words; what follows comes over standard input. */
export const shellFor = ({ user }: Login, as: 'login' | 'root' = 'root'): string =>
  as === 'login' || user === 'root' ? 'exec /bin/sh' : 'exec sudo -n /bin/sh'
