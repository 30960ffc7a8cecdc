import { type Asks, type Change, oppositeKey, type Rule, ruleKey } from '../../vocabulary.js'
import type { View } from '../view.js'

/** The firewall as its package leaves it. */
export const IDLE: Asks['firewall'] = { active: false, incoming: 'deny', outgoing: 'allow', routed: 'disabled', ipv6: true }

/** Its configuration outlives the package. */
export const firewallOf = (view: View): ReadonlyArray<Change> => [
  ...(view.at('firewall', 'ufw') === undefined ? [{ ask: 'firewall', key: 'ufw', to: IDLE } as const] : []),
  ...(view.at('rules', 'ufw') === undefined ? [{ ask: 'rules', key: 'ufw', to: { rules: [] } } as const] : []),
]

export const withoutFirewall = (view: View): ReadonlyArray<Change> => [
  ...[...view.keys('rule')].map((key): Change => ({ ask: 'rule', key, to: undefined })),
  { ask: 'rules', key: 'ufw', to: undefined },
  { ask: 'firewall', key: 'ufw', to: undefined },
]

type Rules = Asks['rules']['rules']

/**
 * Adding a rule that is there gives it this comment, as ufw does, and one in the place of its opposite takes it; behind one that
 * refuses all of it, it goes in front.
 */
export const addRule = (view: View, { allow, port, proto, from }: Rule, comment: string): ReadonlyArray<Change> => {
  const key = ruleKey({ allow, port, proto, from })
  const to = { allow, port, proto, from, comment }
  const listed = view.at('rules', 'ufw') ?? { rules: [] }
  return [
    { ask: 'rule', key, to },
    ...(view.at('rule', oppositeKey(key)) === undefined ? [] : [{ ask: 'rule', key: oppositeKey(key), to: undefined } as const]),
    { ask: 'rules', key: 'ufw', to: { ...listed, rules: inFront(placed(listed.rules, to), to) } },
  ]
}

const placed = (known: Rules, rule: Rules[number]): Rules => {
  const keys = new Set([ruleKey(rule), oppositeKey(ruleKey(rule))])
  const at = known.findIndex(one => keys.has(ruleKey(one)))
  return at < 0 ? [...known, rule] : known.flatMap((one, index) => (index === at ? [rule] : keys.has(ruleKey(one)) ? [] : [one]))
}

const inFront = (rules: Rules, rule: Rules[number]): Rules => {
  const refusing = rules.findIndex(
    one => !one.allow && one.port === rule.port && one.proto === rule.proto && (one.from === 'any' || one.from === rule.from),
  )
  if (!rule.allow || refusing < 0 || refusing > rules.indexOf(rule)) return rules
  const others = rules.filter(one => one !== rule)
  return [...others.slice(0, refusing), rule, ...others.slice(refusing)]
}

export const removeRule = (view: View, key: string): ReadonlyArray<Change> => {
  const known = view.at('rules', 'ufw')
  return [
    ...(view.at('rule', key) === undefined ? [] : [{ ask: 'rule', key, to: undefined } as const]),
    ...(known === undefined
      ? []
      : [{ ask: 'rules', key: 'ufw', to: { ...known, rules: known.rules.filter(rule => ruleKey(rule) !== key) } } as const]),
  ]
}
