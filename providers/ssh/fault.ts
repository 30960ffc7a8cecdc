import type { Fault } from '../../specs/fault.js'
import { pinned } from './known-hosts.js'
import type { Target, Way } from './target.js'
import { fingerprintOf, type Trust } from './trust.js'

export interface Ended {
  readonly code: number | null
  readonly stderr: string
}

/** What ssh and sudo print, as a fault. 255 is ssh's own; every other code is that of what it ran. */
export const sshFault = (
  { code, stderr }: Ended,
  target: Target,
  { address, port }: Way,
  { knownHosts, patience }: Pick<Trust, 'knownHosts' | 'patience'>,
): Fault => {
  const { name: host, login } = target
  const says = (pattern: RegExp): boolean => pattern.test(stderr)
  const last = stderr.trim().split('\n').at(-1)?.trim() ?? ''
  if (code === 127 && says(/ssh: (command )?not found/)) return { code: 'SSH_MISSING', why: 'there is no ssh' }
  if (
    says(
      /sudo: .*(password is required|command not found|not found)|is not in the sudoers|not allowed to run sudo|sudo: a terminal is required/,
    )
  )
    return { code: 'SUDO_REFUSED', host, user: login.user, why: last }
  if (code !== 255) return { code: 'CONNECTION_DROPPED', host, why: last }
  if (says(/UNKNOWN port 65535/)) return { code: 'HOST_WAY_BROKEN', host, why: beforeEnd(stderr) }
  if (says(/^(Read from remote host|client_loop:|Timeout, server)/m)) return { code: 'CONNECTION_DROPPED', host, why: last }
  if (says(/Could not resolve hostname/)) return { code: 'HOST_UNKNOWN', host, why: `${address} has no address` }
  if (says(/No route to host|Network is unreachable/)) return { code: 'HOST_NO_ROUTE', host, port }
  if (says(/Connection refused/)) return { code: 'HOST_REFUSED', host, port }
  if (says(/REMOTE HOST IDENTIFICATION HAS CHANGED|Host key verification failed/)) return changed(target, knownHosts, stderr)
  if (says(/System is booting up|pam_nologin|not permitted to log in yet/)) return { code: 'HOST_STARTING', host }
  const open = /Permissions \d+ for '([^']+)' are too open/.exec(stderr)?.[1]
  if (open !== undefined && says(/Permission denied/)) return { code: 'LOGIN_KEY_OPEN', key: open }
  if (says(/Permission denied|Too many authentication failures|no mutual signature/))
    return { code: 'LOGIN_REFUSED', host, user: login.user }
  if (says(/Connection timed out|Operation timed out|banner exchange: .*timed out/))
    return { code: 'HOST_TIMEOUT', host, port, seconds: patience }
  return { code: 'CONNECTION_DROPPED', host, why: last }
}

/** ssh shows the one that it was sent, and does not say which it knew. */
const changed = ({ name: host }: Target, knownHosts: string, stderr: string): Fault => {
  const shown = /^(SHA256:[\w+/]+)\.?\s*$/m.exec(stderr)?.[1]
  const known = pinned(knownHosts, host).map(fingerprintOf)
  return { code: 'HOST_KEY_CHANGED', host, file: knownHosts, ...(known.length > 0 && { known }), ...(shown && { shown }) }
}

/** Of a jump host or another program that leads to the host it is told on the lines before the end of the connection itself. */
const beforeEnd = (stderr: string): string =>
  stderr
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '' && !/UNKNOWN port 65535|^kex_exchange_identification/.test(line))
    .at(-1) ?? 'it ended before the host had said anything'

/** The host was not met, or not by us: nothing of what was to be sent has arrived, and another port or address may do better. */
const BEFORE: ReadonlyArray<Fault['code']> = [
  'HOST_UNKNOWN',
  'HOST_NO_ROUTE',
  'HOST_REFUSED',
  'HOST_TIMEOUT',
  'HOST_KEY_CHANGED',
  'HOST_STARTING',
  'LOGIN_REFUSED',
  'LOGIN_KEY_LOCKED',
]

/** That a known host does not let us in is said by that very host; at one that nobody knows it may be another service. */
export const isFinal = (fault: Fault, isPinned: boolean): boolean => {
  if (fault.code === 'CONNECTION_DROPPED')
    return !/^(kex_exchange_identification:|banner exchange:|Connection (closed|reset) by \S+ port )/.test(fault.why)
  return !BEFORE.includes(fault.code) || (isPinned && (fault.code.startsWith('LOGIN_') || fault.code === 'HOST_STARTING'))
}

/** Of several tries at one host: another key outweighs all, and what met somebody what met nobody. */
export const mostTelling = (faults: ReadonlyArray<Fault>): Fault | undefined =>
  faults.find(({ code }) => code === 'HOST_KEY_CHANGED') ??
  faults.find(({ code }) => code.startsWith('LOGIN_')) ??
  faults.find(fault => isFinal(fault, true)) ??
  faults[0]
