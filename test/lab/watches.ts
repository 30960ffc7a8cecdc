import { readFileSync } from 'node:fs'
import { asRoot, must } from './run.js'

const KEY = 'fs.inotify.max_user_instances'
const ENOUGH = 1024

/** All hosts of a lab share one count, and each systemd takes some twenty: with none left a host gets no address. */
export const hasWatches = (): boolean => Number(readFileSync(`/proc/sys/${KEY.replaceAll('.', '/')}`, 'utf8')) >= ENOUGH

export const allowWatches = async (): Promise<void> => {
  await must(asRoot(['sysctl', '-q', '-w', `${KEY}=${ENOUGH}`]), `set it by hand: sysctl -w ${KEY}=${ENOUGH}`)
}

export const SAYS = `let many hosts watch files at a time (${KEY}=${ENOUGH}, until the next boot)`
