import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Attempt, attempt, E, fail, need } from '../../specs/fp.js'
import type { Around, Told } from '../operator/index.js'
import { ipv6Addresses } from '../remote/look/host.js'
import type { Connection } from './connection.js'
import { programs } from './programs.js'
import { sharing, type Target } from './target.js'

/** What a connection does for who asks its host from outside. Sockets lie in its folder and go with it. */
export const around = ({ name, addresses }: Target, connection: Connection): Around => {
  const reached = new Map<string, ReturnType<Attempt<string>>>()
  let made = 0

  const forward = (to: string, number: number): Attempt<string> =>
    attempt(async () => {
      for (let tries = 0; !existsSync(connection.socket()) && tries < 2; tries++) await need(connection.run('true'))
      const socket = join(dirname(connection.socket()), `p${number}`)
      const $ = await programs()
      const { exitCode, stderr } = await $`ssh ${sharing(connection.socket())} -O forward -L ${`${socket}:${to}`} -- ${name}`
      return exitCode === 0 ? socket : need(fail({ code: 'CONNECTION_DROPPED', host: name, why: stderr.trim() }))
    })

  return {
    addresses,
    port: () => connection.way()?.port,
    reach: (address, port) => async () => {
      const to = `${address.includes(':') ? `[${address}]` : address}:${port}`
      const before = await reached.get(to)
      if (before !== undefined && E.isRight(before) && existsSync(before.right)) return before
      const reaching = forward(to, ++made)()
      reached.set(to, reaching)
      return reaching
    },
    told: () => attempt(async () => toldIn(await need(connection.run(TELLS, { as: 'login' })))),
  }
}

const TELLS = `${ipv6Addresses} | sed 's/^/ipv6 /'
echo "client $SSH_CONNECTION"`

/** `ipv6 fd770001000000000000000000000002`, `client 10.77.0.1 50000 10.77.0.20 22`. */
export const toldIn = (text: string): Told => ({
  ipv6: [...text.matchAll(/^ipv6 ([0-9a-f]{32})$/gm)].map(([, digits = '']) => (digits.match(/.{4}/g) ?? []).join(':')),
  client: /^client (\S+)/m.exec(text)?.[1] ?? '',
})
