import { spawn } from 'node:child_process'
import { existsSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { DAEMON, forget } from './cache.js'
import { NETWORK } from './ground.js'
import { clearRules } from './leftovers.js'
import { asRoot, hasProgram, isRoot, must, run } from './run.js'
import { Trouble } from './trouble.js'

const LOG = '/var/log/lxd/lxd.log'
const WAIT = 30

export type Daemon = 'answers' | 'is silent' | 'is not installed'

export const lookAtDaemon = async (): Promise<Daemon> => {
  const { code, stderr } = await run(['lxc', 'query', '/1.0'], { seconds: 5 })
  if (code === 0) return 'answers'
  if (/permission denied/i.test(stderr))
    throw new Trouble('LXD does not let you in', 'sudo usermod -aG lxd "$USER", then log in again (members of lxd are as good as root)')
  return (await hasProgram('lxc')) ? 'is silent' : 'is not installed'
}

const isRunningSystemd = existsSync('/run/systemd/system')

/** Its own session: it lives on when the terminal is closed, and its hosts with it. */
const startByHand = async (): Promise<void> => {
  if (!isRoot()) throw new Trouble('no systemd runs here, and only root can start LXD by hand', 'run this command as root')
  await must(['mkdir', '-p', '/var/log/lxd'], 'make /var/log/lxd writable for root')
  await clearRules(NETWORK)
  const log = openSync('/var/log/lxd/by-hand.log', 'a')
  const daemon = spawn('lxd', ['--group', 'lxd', '--logfile', LOG], { detached: true, stdio: ['ignore', log, log] })
  daemon.unref()
  writeFileSync(DAEMON, `${daemon.pid}\n`)
}

export const startDaemon = async (): Promise<void> => {
  if (isRunningSystemd) await must(asRoot(['systemctl', 'start', 'lxd']), 'look at: journalctl -u lxd -e')
  else await startByHand()
  await must(['lxd', 'waitready', '--timeout', String(WAIT)], `look at the end of ${LOG}`, { seconds: WAIT + 5 })
}

const startedByUs = (): number | undefined => {
  if (!existsSync(DAEMON)) return undefined
  const pid = Number(readFileSync(DAEMON, 'utf8'))
  const comm = `/proc/${pid}/comm`
  // The number may have gone to another program since.
  return existsSync(comm) && readFileSync(comm, 'utf8').trim() === 'lxd' ? pid : undefined
}

/** Stops the daemon that the lab started, and no other; true when it did. */
export const stopDaemon = async (): Promise<boolean> => {
  const isStarted = startedByUs() !== undefined
  if (isStarted) await must(['lxd', 'shutdown', '--timeout', '60'], `look at the end of ${LOG}`)
  forget(DAEMON)
  return isStarted
}
