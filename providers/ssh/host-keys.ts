import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { type Attempt, attempt, fail, need } from '../../specs/fp.js'
import { pin, unpin } from './known-hosts.js'
import { programs } from './programs.js'
import { scratchFolder } from './scratch.js'

/** Of machines that are made: they start with a key that we know, so nobody is trusted at the first connection. */
export interface HostKeys {
  /** What cloud-init is told, with a new key for the machine; from now on only that one is believed. */
  given(machine: string, userData: string): Attempt<string>
  /** Its name may go to another machine. */
  forgotten(machine: string): void
}

export const hostKeysIn = (knownHosts: string): HostKeys => ({
  given: (machine, userData) =>
    attempt(async () => {
      const key = await need(newKey)
      pin(knownHosts, machine, [key.ed25519_public])
      return withKey(userData, key)
    }),
  forgotten: machine => unpin(knownHosts, machine),
})

/** In cloud-init's own words. */
interface HostKey {
  readonly ed25519_private: string
  readonly ed25519_public: string
}

/** With keys of its own cloud-init makes no others. */
const withKey = (userData: string, key: HostKey): string =>
  `#cloud-config\n${stringify({ ...(parse(userData) as object | null), ssh_keys: key }, { lineWidth: 0 })}`

const newKey: Attempt<HostKey> = attempt(async () => {
  const $ = await programs()
  const folder = scratchFolder()
  const file = join(folder, 'key')
  try {
    const made = await $`ssh-keygen -q -t ed25519 -N ${''} -C ${''} -f ${file}`
    if (made.exitCode !== 0) return need(fail({ code: 'SSH_MISSING', why: made.stderr.trim() }))
    return { ed25519_private: readFileSync(file, 'utf8'), ed25519_public: readFileSync(`${file}.pub`, 'utf8').trim() }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
