import type { Step } from '../../../engine/contract.js'
import { doingOf } from '../../../engine/run/doing.js'
import type { Fault } from '../../../specs/fault.js'
import { KEPT } from '../place.js'
import { REFRESHED } from './apt.js'
import { containerTrouble, pullTrouble } from './container-trouble.js'
import { databaseTrouble } from './database-trouble.js'

/** How a step on a host failed. */
export interface Failure {
  readonly host: string
  readonly step: Step | undefined
  /** What it said, on both its streams. */
  readonly said: string
  /** How far its clock is ahead of ours. */
  readonly ahead: number
}
type Known = (failure: Failure) => Fault | undefined

const LAST = 6
const lastOf = (said: string, lines = LAST): string => said.split('\n').slice(-lines).join('\n')

/** Mounted paths are in the mouths of many programs, each with its own quotes around. */
const PATH = /(\/[^\s'"‘’:,]*)[^/\n]*$/

const before = (said: string, words: RegExp): string | undefined => {
  const line = words.exec(said)
  return line === null ? undefined : PATH.exec(line[1] ?? '')?.[1]
}

const disk: Known = ({ host, said }) => {
  if (!/no space left on device|enough free space|Disk quota exceeded/i.test(said)) return undefined
  const path =
    /enough free space in (\/\S*?)\/?\.?$/m.exec(said)?.[1] ?? before(said, /^(.*)(?:No space left on device|Disk quota exceeded)/im)
  return { code: 'DISK_FULL', where: host, ...(path !== undefined && { path }) }
}

const readOnly: Known = ({ host, said }) => {
  if (!/Read-only file system/.test(said)) return undefined
  const path = before(said, /^(.*)Read-only file system/m)
  return { code: 'READ_ONLY', host, ...(path !== undefined && { path }) }
}

const HOLDER = /held by process (\d+)(?: \(([^)]+)\))?|locked by (?:another|\S*?([^\s/]+)) process with pid (\d+)/

const locked: Known = ({ host, said }) => {
  if (!/Could not get lock|is another process using it\?|lock was locked by/.test(said)) return undefined
  const [, first, name, other, second] = HOLDER.exec(said) ?? []
  const pid = first ?? second
  return { code: 'PACKAGES_LOCKED', host, ...(pid !== undefined && { by: `${name ?? other ?? 'another process'} (${pid})` }) }
}

/** A clock that is this much off is not late by a slow line. */
const OFF_SECONDS = 600
/** Signatures and certificates live for a time too; Debian 13 says of one from the future only that there is none. */
const DATED = /not valid yet|Release file .* is expired|not yet valid|certificate.*expired|Not live until|is not signed/i

const clock: Known = ({ host, said, ahead }) =>
  Math.abs(ahead) > OFF_SECONDS && DATED.test(said) ? { code: 'CLOCK_WRONG', host, seconds: Math.round(ahead) } : undefined

const broken: Known = ({ host, said }) => {
  if (!/dpkg was interrupted|dpkg (?:returned an error code|received|exited unexpectedly)|^dpkg: error processing/m.test(said))
    return undefined
  const packages = /Errors were encountered while processing:\n((?: .*\n?)+)/.exec(said)?.[1]?.trim().split(/\s+/) ?? []
  const why = /^dpkg: error processing.*\n(.*)$/m.exec(said)?.[1]?.trim() ?? /^E: Sub-process (.*)$/m.exec(said)?.[1] ?? lastOf(said)
  return { code: 'PACKAGES_BROKEN', host, packages, output: why }
}

const HELD = /Held packages were changed|unmet dependencies|held broken packages/
const MISSING = /Unable to locate package|has no installation candidate/

const askedOf = (step: Step | undefined): ReadonlyArray<string> => (step?.do === 'install' ? step.packages : [])

const held: Known = ({ host, step, said }) => {
  if (!HELD.test(said)) return undefined
  const lines = /The following packages have unmet dependencies:\n((?: .*\n?)+)/.exec(said)?.[1]?.trim()
  const kept = /The following held packages will be changed:\n((?: .*\n?)+)/.exec(said)?.[1]?.trim()
  const why =
    kept === undefined ? (lines ?? lastOf(said)) : `${kept.replace(/\s+/g, ', ')} would have to change, and a person holds it back`
  return { code: 'PACKAGE_UNAVAILABLE', host, packages: askedOf(step), why }
}

const UNTRUSTED =
  /^[EW]: (?:The repository '(\S+)[^']*' (is not (?:any longer )?signed)|GPG error: (\S+) .*?: (.*)|(?:An error occurred during the signature verification).*?GPG error: (\S+) .*?: (.*)|(Conflicting values) set for option Signed-By regarding source (\S+))/m

const untrusted: Known = ({ host, said }) => {
  const [, unsigned, is, strange, error, changed, other, conflict, twice] = UNTRUSTED.exec(said) ?? []
  const where = unsigned ?? strange ?? changed ?? twice
  if (where === undefined) return undefined
  const why = is ?? error ?? other ?? (conflict === undefined ? '' : 'two sources name it, with different keys')
  return { code: 'ARCHIVE_UNTRUSTED', host, archive: hostIn(where), why }
}

const UNREACHABLE = /^[EW]: (?:Failed to fetch (\S+)\s+(.*)|The repository '(\S+)[^']*' (does not have a Release file))/m

const unreachable: Known = ({ host, said }) => {
  const [, url, cause, repository, lacks] = UNREACHABLE.exec(said) ?? []
  const where = url ?? repository
  return where === undefined ? undefined : { code: 'ARCHIVE_UNREACHABLE', host, archive: hostIn(where), why: (cause ?? lacks ?? '').trim() }
}
const hostIn = (url: string): string => /^\w+:\/\/(?:[^@/]*@)?([^/:]+)/.exec(url)?.[1] ?? url

const missing: Known = ({ host, said }) => {
  if (!MISSING.test(said)) return undefined
  const packages = [...said.matchAll(/Unable to locate package (\S+)|Package '?([^\s']+)'? has no installation candidate/g)]
  return {
    code: 'PACKAGE_UNAVAILABLE',
    host,
    packages: [...new Set(packages.map(([, first, second]) => first ?? second ?? ''))],
    why: 'no archive that the host knows has it',
  }
}

const boot: Known = ({ host, step, said }) =>
  step?.do === 'wait ready' ? { code: 'BOOT_FAILED', host, output: errorsOf(said) } : undefined
/** As cloud-init of Debian 13 lists them, and that of Debian 12. */
const errorsOf = (said: string): string =>
  (/^errors:\s*\n((?:\s*- .*\n?)+)/m.exec(said)?.[1] ?? /^detail:\n((?:\(.*\n?)+)/m.exec(said)?.[1])?.replace(/^\s*- /gm, '').trim() ??
  lastOf(said)

/** A folder of ours that can't be written. A shell that finds no room says no more than that its output failed. */
export const unkept = (said: string, host: string): Fault => {
  if (/Read-only file system/.test(said)) return { code: 'READ_ONLY', host, path: KEPT }
  if (/No space left|I\/O error/.test(said)) return { code: 'DISK_FULL', where: host, path: KEPT }
  return { code: 'PERMISSION_DENIED', host, what: `a folder of ours, ${KEPT}` }
}

/** The first that knows what it reads; what lies deeper comes first, since the rest follows from it. */
const KNOWN: ReadonlyArray<Known> = [
  databaseTrouble,
  containerTrouble,
  clock,
  pullTrouble,
  disk,
  readOnly,
  locked,
  broken,
  held,
  untrusted,
  unreachable,
  missing,
  boot,
]

export const troubleOf = (failure: Failure): Fault => {
  const said = failure.said.split(`${REFRESHED}\n`).at(-1) ?? ''
  for (const known of KNOWN) {
    const fault = known({ ...failure, said })
    if (fault !== undefined) return fault
  }
  const { host, step } = failure
  return { code: 'STEP_FAILED', host, step: step === undefined ? 'a step' : doingOf(step), output: lastOf(failure.said) }
}
