import { isIP, isIPv6 } from 'node:net'
import { type Rule, ruleKey } from '../../engine/vocabulary.js'
import type { PortFact } from '../facts.js'
import { commentOf, type MarkedRule } from './wanted.js'

/** All of one family. */
export const IPV4 = '0.0.0.0/0'
export const IPV6 = '::/0'

export const allow = (port: number, proto: Rule['proto'], from: string): Rule => ({ allow: true, port: String(port), proto, from })

export const marked =
  (mark: string, note?: string) =>
  (rule: Rule): MarkedRule => ({ ...rule, comment: commentOf(mark, note) })

export const sshRules = (port: number, sources: ReadonlyArray<string>): ReadonlyArray<Rule> =>
  sources.map(source => allow(port, 'tcp', source))

/** What is published to everybody or on an address of the host; what is bound to loopback needs no rule. */
export const portRules = (ports: ReadonlyArray<PortFact>): ReadonlyArray<Rule> =>
  ports.flatMap(({ port, proto, bind, sources }) => {
    const reaches = familyOf(bind)
    if (reaches === undefined) return []
    return sources.flatMap(source => narrowed(source, reaches)).map(source => allow(port, proto, source))
  })

/** However it is written: services of the user's have addresses. */
export const isLoopback = (bind: string): boolean => bind === 'loopback' || bind.startsWith('127.') || bind === '::1'

/** `any`, or all of the one family that an address belongs to; undefined: not reachable from outside. */
const familyOf = (bind: string): string | undefined => {
  if (bind === 'public') return 'any'
  if (isLoopback(bind)) return undefined
  return isIPv6(bind) ? IPV6 : IPV4
}

const narrowed = (source: string, family: string): ReadonlyArray<string> => {
  if (source === 'any') return [family]
  return family === 'any' || isV6(source) === isV6(family) ? [source] : []
}

export const isV6 = (source: string): boolean => isIP(source.split('/')[0] ?? '') === 6

/** Each once, in the order of ports, whatever the file's order. */
export const ordered = (rules: ReadonlyArray<MarkedRule>): ReadonlyArray<MarkedRule> =>
  [...new Map(rules.map(rule => [ruleKey(rule), rule])).values()].sort(
    (a, b) => Number.parseInt(a.port, 10) - Number.parseInt(b.port, 10) || (ruleKey(a) < ruleKey(b) ? -1 : 1),
  )
