import { isDeepStrictEqual } from 'node:util'
import type { Asks, Field, Rule } from '../../engine/contract.js'
import { ruleKey } from '../../engine/vocabulary.js'
import { listening } from '../ssh.js'
import { type FirewallSeen, type FirewallWanted, isOurs, type MarkedRule, movingMark, STATE } from './wanted.js'

/** What is to be changed, and in which of the groups that steps are made of. */
export interface Changes {
  readonly installs: boolean
  readonly adds: ReadonlyArray<MarkedRule>
  readonly state: ReadonlyArray<Field>
  /** Ours, for the wanted ssh port, and from where nobody may come any more: dropped under the undo. */
  readonly narrows: ReadonlyArray<Rule>
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
  const ours = seen.rules.filter(rule => isOurs(wanted, rule) && !keys.has(ruleKey(rule)))
  return {
    installs: managed && !seen.installed,
    adds: rules.filter(rule => !isThere(wanted, rule, there.get(ruleKey(rule)))),
    state: managed ? stateFields(seen.state) : [],
    narrows: ours.filter(({ port, proto }) => port === String(ssh.port) && proto === 'tcp').map(plain),
    leftovers: seen.rules.filter(rule => rule.comment === movingMark(wanted) && !keys.has(ruleKey(rule))).map(plain),
    chain: chain !== undefined && !isDeepStrictEqual(seen.chain, { ipv4: chain.ipv4, ipv6: chain.ipv6 }),
    moves: seen.ports.length > 0 && !isDeepStrictEqual(seen.ports, [ssh.port]),
    writes: seen.file !== listening([ssh.port])?.content,
  }
}

/** A foreign rule that allows the same will do as it is; the comment is only ours on a rule of ours. */
const isThere = (wanted: FirewallWanted, rule: MarkedRule, seen: MarkedRule | undefined): boolean =>
  seen !== undefined && (!isOurs(wanted, seen) || seen.comment === rule.comment)

const plain = ({ comment: _, ...rule }: MarkedRule): Rule => rule

const stateFields = (seen: Asks['firewall'] | undefined): ReadonlyArray<Field> =>
  (Object.keys(STATE) as ReadonlyArray<keyof typeof STATE>)
    .filter(name => STATE[name] !== seen?.[name] && !(name === 'routed' && seen?.routed === 'disabled'))
    .map(name => ({ name, ...(seen && { from: seen[name] }), to: STATE[name] }))
