import { readFileSync } from 'node:fs'
import { asRoot, must } from './run.js'

/** All hosts of a lab share one count of each; with none left a host gets no address, or does not start. */
const ENOUGH: { readonly [key: string]: number } = {
  'fs.inotify.max_user_instances': 1024,
  'kernel.keys.maxkeys': 2000,
  'kernel.keys.maxbytes': 2_000_000,
}

const now = (key: string): number => Number(readFileSync(`/proc/sys/${key.replaceAll('.', '/')}`, 'utf8'))

const narrow = (): ReadonlyArray<string> =>
  Object.entries(ENOUGH)
    .filter(([key, enough]) => now(key) < enough)
    .map(([key, enough]) => `${key}=${enough}`)

export const limitSteps = () => {
  const settings = narrow()
  const says = `let the kernel serve many hosts, until the next boot: ${settings.join(', ')}`
  const act = async (): Promise<void> => {
    await must(asRoot(['sysctl', '-q', '-w', ...settings]), `set it by hand: sysctl -w ${settings.join(' ')}`)
  }
  return settings.length === 0 ? [] : [{ says, act }]
}
