import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'
import type { Family } from './peer.js'

/** The addresses of a host, whatever name it was given by; none where there are none of the family. */
export const addressesOf = async (names: ReadonlyArray<string>, family: Family): Promise<ReadonlyArray<string>> => {
  const own = names.filter(name => isIP(name) === family)
  if (own.length > 0) return own
  const found = await Promise.all(names.filter(name => isIP(name) === 0).map(name => lookup(name, { family, all: true }).catch(() => [])))
  return found.flat().map(({ address }) => address)
}

const INSIDE = new BlockList()
INSIDE.addSubnet('0.0.0.0', 8)
INSIDE.addSubnet('10.0.0.0', 8)
INSIDE.addSubnet('172.16.0.0', 12)
INSIDE.addSubnet('192.168.0.0', 16)
INSIDE.addSubnet('100.64.0.0', 10)
INSIDE.addSubnet('169.254.0.0', 16)
INSIDE.addSubnet('127.0.0.0', 8)
INSIDE.addSubnet('fc00::', 7, 'ipv6')
INSIDE.addSubnet('fe80::', 10, 'ipv6')
INSIDE.addAddress('::', 'ipv6')
INSIDE.addAddress('::1', 'ipv6')

/** Whether an address means something only within somebody's own network. */
export const isInside = (address: string): boolean => INSIDE.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
