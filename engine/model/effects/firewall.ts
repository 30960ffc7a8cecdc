import { type Asks, type Change, type Rule, ruleKey } from '../../vocabulary.js'
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

/** Adding a rule that is there gives it this comment, as ufw does. */
export const addRule = (view: View, { allow, port, proto, from }: Rule, comment: string): ReadonlyArray<Change> => {
  const key = ruleKey({ allow, port, proto, from })
  const to = { allow, port, proto, from, comment }
  const known = view.at('rules', 'ufw')?.rules ?? []
  const rules = known.some(rule => ruleKey(rule) === key) ? known.map(rule => (ruleKey(rule) === key ? to : rule)) : [...known, to]
  return [
    { ask: 'rule', key, to },
    { ask: 'rules', key: 'ufw', to: { rules } },
  ]
}

export const removeRule = (view: View, key: string): ReadonlyArray<Change> => {
  const known = view.at('rules', 'ufw')
  return [
    ...(view.at('rule', key) === undefined ? [] : [{ ask: 'rule', key, to: undefined } as const]),
    ...(known === undefined
      ? []
      : [{ ask: 'rules', key: 'ufw', to: { rules: known.rules.filter(rule => ruleKey(rule) !== key) } } as const]),
  ]
}
