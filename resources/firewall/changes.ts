import { isDeepStrictEqual } from 'node:util'
import type { Asks, Field, Rule } from '../../engine/contract.js'
import { ruleKey } from '../../engine/vocabulary.js'
import { listening } from '../ssh.js'
import { type FirewallSeen, type FirewallWanted, isOurs, type MarkedRule, movingMark, type SeenRule, STATE } from './wanted.js'

/** What is to be changed, and in which of the groups that steps are made of. */
export interface Changes {
  readonly installs: boolean
  readonly adds: ReadonlyArray<MarkedRule>
  readonly state: ReadonlyArray<Field>
  /** Left by a move of ssh's port. */
  readonly leftovers: ReadonlyArray<Rule>
  readonly chain: boolean
  readonly moves: boolean
  readonly writes: boolean
}

export const changesOf = (wanted: FirewallWanted, seen: FirewallSeen): Changes => {
  const { rules = [], chain, ssh } = wanted
  const managed = wanted.rules !== undefined
  const keys = new Set(rules.map(ruleKey))
  const there = new Map(seen.rules.map(rule => [ruleKey(rule), rule]))
  return {
    installs: managed && !seen.installed,
    adds: rules.filter(rule => !isThere(wanted, rule, there.get(ruleKey(rule)))),
    state: managed ? stateFields(seen.state) : [],
    leftovers: seen.rules.filter(rule => rule.comment === movingMark(wanted) && !keys.has(ruleKey(rule))).map(plain),
    chain: chain !== undefined && !isDeepStrictEqual(seen.chain, { ipv4: chain.ipv4, ipv6: chain.ipv6 }),
    moves: seen.ports.length > 0 && !isDeepStrictEqual(seen.ports, [ssh.port]),
    writes: seen.file !== listening([ssh.port])?.content,
  }
}

/** A foreign rule that allows the same will do as it is, unless one before it refuses that; the comment is only ours on a rule of ours. */
const isThere = (wanted: FirewallWanted, rule: MarkedRule, seen: SeenRule | undefined): boolean =>
  seen !== undefined && seen.behind === undefined && (!isOurs(wanted, seen) || seen.comment === rule.comment)

const plain = ({ allow, port, proto, from }: MarkedRule): Rule => ({ allow, port, proto, from })

const stateFields = (seen: Asks['firewall'] | undefined): ReadonlyArray<Field> =>
  (Object.keys(STATE) as ReadonlyArray<keyof typeof STATE>)
    .filter(name => STATE[name] !== seen?.[name] && !(name === 'routed' && seen?.routed === 'disabled'))
    .map(name => ({ name, ...(seen && { from: seen[name] }), to: STATE[name] }))
