import type { Fault } from '../../specs/fault.js'
import type { Target, Trust, Way } from './target.js'

export interface Ended {
  readonly code: number | null
  readonly stderr: string
}

/** What ssh and sudo print, as a fault. 255 is ssh's own; every other code is that of what it ran. */
export const sshFault = ({ code, stderr }: Ended, target: Target, { address, port }: Way, { knownHosts, patience }: Trust): Fault => {
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
  if (says(/Could not resolve hostname/)) return { code: 'HOST_UNKNOWN', host, why: `${address} has no address` }
  if (says(/No route to host|Network is unreachable/)) return { code: 'HOST_NO_ROUTE', host, port }
  if (says(/Connection refused/)) return { code: 'HOST_REFUSED', host, port }
  if (says(/REMOTE HOST IDENTIFICATION HAS CHANGED|Host key verification failed/))
    return { code: 'HOST_KEY_CHANGED', host, file: knownHosts }
  if (says(/System is booting up|pam_nologin|not permitted to log in yet/)) return { code: 'HOST_STARTING', host }
  const open = /Permissions \d+ for '([^']+)' are too open/.exec(stderr)?.[1]
  if (open !== undefined && says(/Permission denied/)) return { code: 'LOGIN_KEY_OPEN', key: open }
  if (says(/Permission denied|Too many authentication failures|no mutual signature/))
    return { code: 'LOGIN_REFUSED', host, user: login.user }
  if (says(/Connection timed out|Operation timed out|banner exchange: .*timed out/))
    return { code: 'HOST_TIMEOUT', host, port, seconds: patience }
  return { code: 'CONNECTION_DROPPED', host, why: last }
}

/** Whether another port or address may do better. */
export const isElsewhere = ({ code }: Fault): boolean => code === 'HOST_REFUSED' || code === 'HOST_TIMEOUT' || code === 'HOST_NO_ROUTE'
