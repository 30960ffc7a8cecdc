import { isDeepStrictEqual } from 'node:util'
import { type Asks, type Change, oppositeKey, type Rule, ruleKey } from '../../vocabulary.js'
import type { View } from '../view.js'

type Listed = Asks['rules']['rules'][number]
type Rules = ReadonlyArray<Listed>
/** ufw keeps the rules of each family in a file of its own: those of IPv6 alone come last. */
const inOrder = (rules: Rules): Rules => {
  const isSix = ({ from }: Listed): boolean => from.includes(':')
  return [...rules.filter(rule => !isSix(rule)), ...rules.filter(isSix)]
}

/** A rule takes the place of its opposite, and one that would be refused whole stands in front of what refuses it. */
const withRule = (known: Rules, rule: Listed): Rules => {
  const keys = new Set([ruleKey(rule), oppositeKey(ruleKey(rule))])
  const at = known.findIndex(one => keys.has(ruleKey(one)))
  const placed = at < 0 ? [...known, rule] : known.map((one, index) => (index === at ? rule : one))
  const refuses = (one: Listed): boolean =>
    !one.allow && one.port === rule.port && one.proto === rule.proto && (one.from === rule.from || one.from === 'any')
  const refusing = placed.findIndex(refuses)
  if (!rule.allow || refusing < 0 || refusing > placed.indexOf(rule)) return placed
  const others = placed.filter(one => one !== rule)
  return [...others.slice(0, refusing), rule, ...others.slice(refusing)]
}

/** These and no others. */
export const rulesAs = (view: View, rules: Rules): ReadonlyArray<Change> => {
  const listed = view.at('rules', 'ufw') ?? { rules: [] }
  const now = new Map(rules.map(rule => [ruleKey(rule), rule]))
  const keys = [...new Set([...listed.rules.map(ruleKey), ...view.keys('rule'), ...now.keys()])]
  return [
    ...keys
      .filter(key => !isDeepStrictEqual(view.at('rule', key), now.get(key)))
      .map((key): Change => ({ ask: 'rule', key, to: now.get(key) })),
    { ask: 'rules', key: 'ufw', to: { ...listed, rules } },
  ]
}

/** Adding a rule that is there gives it this comment, as ufw does. */
export const addRule = (view: View, { allow, port, proto, from }: Rule, comment: string): ReadonlyArray<Change> =>
  rulesAs(view, inOrder(withRule(view.at('rules', 'ufw')?.rules ?? [], { allow, port, proto, from, comment })))

export const removeRule = (view: View, rule: Rule): ReadonlyArray<Change> => {
  const known = view.at('rules', 'ufw')
  return known === undefined
    ? []
    : rulesAs(
        view,
        known.rules.filter(one => ruleKey(one) !== ruleKey(rule)),
      )
}

/** As `ruleKey` writes it. */
export const ruleIn = (key: string): Rule => {
  const [, action, port = '', proto, from = 'any'] = /^(allow|deny) (\S+)\/(tcp|udp)(?: from (\S+))?$/.exec(key) ?? []
  return { allow: action === 'allow', port, proto: proto === 'udp' ? 'udp' : 'tcp', from }
}
