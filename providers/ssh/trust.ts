import { createHash } from 'node:crypto'
import type { Ahead } from './ahead.js'
import { pin, pinned } from './known-hosts.js'

/** What this machine knows of hosts, and what becomes of one that it meets for the first time. */
export interface Trust {
  /** Host keys of ours: what stands there is what a host has to show. */
  readonly knownHosts: string
  /** Seconds until a connection counts as not answered. */
  readonly patience: number
  /** Makes the folder that `knownHosts` is in; called when there is something to keep. */
  readonly makeFolder?: () => void
  /** Nothing is kept: a host that is met is not known the next time either. */
  readonly traceless?: boolean
  /** For who looks, mostly once. */
  readonly ahead?: Ahead
  /** Told of each host that is trusted because it was never seen before. */
  readonly met?: (met: Met) => void
}

export interface Met {
  readonly host: string
  readonly fingerprint: string
  /** Undefined: its key is kept nowhere. */
  readonly file?: string
}

/** As `ssh-keygen -l` shows a key. */
export const fingerprintOf = (key: string): string =>
  `SHA256:${createHash('sha256')
    .update(Buffer.from(key.split(' ')[1] ?? '', 'base64'))
    .digest('base64')
    .replace(/=+$/, '')}`

/** From now on the keys in `seen`, and only these, are the host's. */
export const trustFirst = (host: string, seen: string, { knownHosts, makeFolder, traceless = false, met }: Trust): void => {
  const keys = pinned(seen, host)
  const [key] = keys
  if (key === undefined) return
  if (!traceless) {
    makeFolder?.()
    pin(knownHosts, host, keys)
  }
  met?.({ host, fingerprint: fingerprintOf(key), ...(!traceless && { file: knownHosts }) })
}
