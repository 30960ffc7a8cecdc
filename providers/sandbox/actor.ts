import { readFileSync } from 'node:fs'
import type { Actor } from './entry.js'

/** When a process began, in the kernel's ticks; empty where the kernel does not say. */
const sinceOf = (pid: number): string => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}

export const thisProcess = (): Actor => ({ pid: process.pid, since: sinceOf(process.pid) })

export const isAlive = ({ pid, since }: Actor): boolean => {
  try {
    process.kill(pid, 0)
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM'
  }
  return since === '' || sinceOf(pid) === since
}
