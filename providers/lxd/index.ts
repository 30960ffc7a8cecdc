import { homedir } from 'node:os'
import type { Channel, Machine, Provider } from '../../engine/channel.js'
import type { Fault } from '../../specs/fault.js'
import { type Attempt, attempt, E, type Either, need } from '../../specs/fp.js'
import { act } from './act.js'
import type { Home } from './client-config.js'
import type { Clock, Hosts } from './deed.js'
import { imageFrom } from './here.js'
import { lookAt, nothingSeen } from './look.js'
import { type Lxd, type LxdSection, openLxd } from './server.js'

export type { Hosts, LxdSection }

export interface LxdOptions extends Clock {
  readonly section: LxdSection
  /** Whose machines it answers for; left out: everybody's. */
  readonly environment?: string
  /** How the hosts on its machines are spoken to. */
  readonly connect: (machine: Machine) => Channel
  readonly hosts: Hosts
  /** Where this user's own settings of lxc or incus are. */
  readonly home?: Home
}

/** LXD or Incus, on this machine or another. It keeps nothing of its own: what there is stands on the machines, in their labels. */
export const lxd = ({ section, environment, connect, hosts, home = thisHome(), now, sleep }: LxdOptions): Provider => {
  const { network } = section
  const place = network === undefined ? {} : { network }
  let opened: Promise<Either<Fault, Lxd>> | undefined

  /** The next question tries again where this one found nobody. */
  const open = async () => {
    if (opened !== undefined) return opened
    const opening = openPatiently(section, home, sleep)()
    opened = opening
    const answer = await opening
    if (E.isLeft(answer)) opened = undefined
    return answer
  }

  return {
    name: 'lxd',
    simulated: false,
    connect,
    imageFrom: image =>
      attempt(async () => {
        const server = await open()
        return need(imageFrom(image, need(server)))
      }),
    look: async probes => {
      const server = await open()
      if (E.isLeft(server)) return nothingSeen(probes, server.left)
      const whose = environment === undefined ? {} : { environment }
      const look = await lookAt(probes, { lxd: server.right, ...place, ...whose, needs: section })()
      return E.isLeft(look) ? nothingSeen(probes, look.left) : look.right
    },
    act: async (batch, reveal, on) => {
      const server = await open()
      if (E.isLeft(server)) return { is: 'failed', step: 0, fault: server.left }
      return act(batch, reveal, on, { lxd: server.right, ...place, hosts, now, sleep })
    },
    close: async () => {
      const server = await opened
      opened = undefined
      if (server !== undefined && E.isRight(server)) server.right.api.close()
    },
  }
}

/** Who is not there at first is told at once; who goes away later comes back. */
const openPatiently = (section: LxdSection, home: Home, sleep: Clock['sleep']): Attempt<Lxd> =>
  attempt(async () => {
    const lxd = await need(openLxd(section, home))
    return { ...lxd, api: lxd.api.patient(sleep) }
  })

const thisHome = (): Home => ({ home: homedir(), env: process.env })
