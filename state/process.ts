import { execFileSync } from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'

/** What tells a process from another one that has its number later, or elsewhere. */
export interface Process {
  readonly machine?: string
  readonly boot?: string
  /** Containers on one machine count their processes apart. */
  readonly space?: string
  readonly start?: string
}

export type Life = 'alive' | 'gone' | 'elsewhere'

export const processOf = (pid: number): Process =>
  compact({
    machine: textAt('/etc/machine-id'),
    boot: textAt('/proc/sys/kernel/random/boot_id'),
    space: linkAt('/proc/self/ns/pid'),
    start: startOf(pid),
  })

/** Whether the process that `held` describes still runs. In doubt it does. */
export const lifeOf = (pid: number, held: Process): Life => {
  const here = processOf(pid)
  if (differ(here.machine, held.machine)) return 'elsewhere'
  if (differ(here.boot, held.boot)) return 'gone'
  if (differ(here.space, held.space)) return 'elsewhere'
  if (!exists(pid) || differ(here.start, held.start)) return 'gone'
  return 'alive'
}

const differ = (a: string | undefined, b: string | undefined): boolean => a !== undefined && b !== undefined && a !== b

const exists = (pid: number): boolean => {
  if (stateOf(pid) === 'Z') return false
  try {
    process.kill(pid, 0)
    return true
  } catch (cause) {
    return (cause as { code?: string }).code !== 'ESRCH'
  }
}

/** Fields of /proc/PID/stat from the third on: the second is a name that may hold blanks and brackets. */
const statOf = (pid: number): ReadonlyArray<string> | undefined =>
  textAt(`/proc/${pid}/stat`)
    ?.replace(/^.*\) /s, '')
    .split(' ')

/** Z: ended, and its parent has not asked how. */
const stateOf = (pid: number): string | undefined => statOf(pid)?.[0]

/** Ticks since boot where there is /proc, else what ps says. */
const startOf = (pid: number): string | undefined => (process.platform === 'linux' ? statOf(pid)?.[19] : psStart(pid))

const psStart = (pid: number): string | undefined => {
  try {
    return (
      execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', env: { LC_ALL: 'C', TZ: 'UTC' } }).trim() || undefined
    )
  } catch {
    return undefined
  }
}

const textAt = (path: string): string | undefined => orUndefined(() => readFileSync(path, 'utf8').trim() || undefined)
const linkAt = (path: string): string | undefined => orUndefined(() => readlinkSync(path))

const orUndefined = <A>(read: () => A): A | undefined => {
  try {
    return read()
  } catch {
    return undefined
  }
}

const compact = (all: { readonly [K in keyof Process]: string | undefined }): Process =>
  Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
