import type { Batch, Busy, Channel } from '../../engine/channel.js'
import { actOver } from './act.js'
import { around } from './around.js'
import { connectionTo } from './connection.js'
import { lookOver } from './look.js'
import type { Target } from './target.js'
import type { Trust } from './trust.js'

export interface SshOptions extends Trust {
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<void>
}

const nameOf = ({ environment, addr, run }: Busy): string => `${environment} ${addr} ${run}`

/** Looks and acts on one host over ssh. Whoever closes it leaves nothing behind on this machine but the host's key. */
export const sshChannel = (target: Target, options: SshOptions): Channel => {
  const connection = connectionTo(target, options)
  const near = around(target, connection)
  const own = new Map<string, number>()
  let salt: string | undefined

  const count = (batch: Batch, by: number): void => {
    own.set(nameOf(batch), (own.get(nameOf(batch)) ?? 0) + by)
  }

  return {
    look: async (probes, reveal) => {
      const seen = await lookOver(probes, reveal, { connection, target })
      salt = seen.salt ?? salt
      return { ...seen.look, busy: seen.look.busy.filter(one => (own.get(nameOf(one)) ?? 0) === 0) }
    },
    act: async (batch, reveal, on) => {
      // What checks are made by is read while the host is at work.
      void import('../operator/index.js')
      count(batch, 1)
      const { now, sleep } = options
      const acting = { connection, target, now, sleep, ...(salt !== undefined && { salt }) }
      return actOver(batch, reveal, on, acting).finally(() => count(batch, -1))
    },
    outside: async (probes, reveal) => {
      const { asksFromOutside } = await import('../operator/index.js')
      return asksFromOutside(near)(probes, reveal)
    },
    close: () => connection.close(),
  }
}
