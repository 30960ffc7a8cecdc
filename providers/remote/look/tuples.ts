import { type Asks, type Rule, ruleKey } from '../../../engine/vocabulary.js'
import { linesOf } from './question.js'

/** A line of ufw's files: `### tuple ### allow tcp 22 0.0.0.0/0 any 0.0.0.0/0 in comment=…`, with an application's name before the way. */
interface Tuple {
  readonly family: string
  readonly action: string
  readonly proto: string
  readonly ports: string
  readonly to: string
  readonly out: string
  readonly from: string
  readonly app?: string
  readonly way: string
  readonly comment: string
}
const TUPLE = /^([46]) ### tuple ### (\S+) (\S+) (\S+) (\S+) (\S+) (\S+)(?: (\S+) \S+)? (\S+?)(?: comment=([0-9a-f]*))?$/
const EVERYBODY: { readonly [family: string]: string } = { '4': '0.0.0.0/0', '6': '::/0' }

const parseTuple = (line: string): ReadonlyArray<Tuple> => {
  const [, family, action, proto, ports, to, out, from, app, way, comment = ''] = TUPLE.exec(line) ?? []
  if (family === undefined || action === undefined || proto === undefined || ports === undefined || to === undefined) return []
  if (out === undefined || from === undefined || way === undefined) return []
  const said = action.replace(/_log.*/, '')
  const text = Buffer.from(comment, 'hex').toString('utf8')
  return [{ family, action: said, proto, ports, to, out, from, ...(app !== undefined && app !== '-' && { app }), way, comment: text }]
}

/** To all of the host, whatever its address. */
const isPlain = ({ family, to, out, way }: Tuple): boolean => to === EVERYBODY[family] && out === 'any' && way === 'in'

type Listed = Asks['rules']['rules'][number]

/** What a `Rule` can say; what is limited is allowed. */
const ruleOf = (tuple: Tuple): Rule | undefined => {
  const { action, proto, ports, from, app } = tuple
  if (!isPlain(tuple) || app !== undefined || ports === 'any' || (proto !== 'tcp' && proto !== 'udp')) return undefined
  if (action !== 'allow' && action !== 'limit' && action !== 'deny') return undefined
  return { allow: action !== 'deny', port: ports, proto, from }
}

const covers = (ports: string, port: string): boolean =>
  ports === 'any' ||
  ports.split(',').some(range => {
    const [first = '', last = first] = range.split(':')
    return Number(first) <= Number(port) && Number(port) <= Number(last)
  })

const refusesAll = (tuple: Tuple, { port, proto, from }: Rule): boolean =>
  isPlain(tuple) &&
  (tuple.action === 'deny' || tuple.action === 'reject') &&
  (tuple.proto === 'any' || tuple.proto === proto) &&
  (tuple.from === EVERYBODY[tuple.family] || tuple.from === from) &&
  covers(tuple.ports, port)

/** As ufw would be told it. */
const wordsOf = ({ family, action, proto, ports, to, from, app, way, comment }: Tuple): string => {
  const all = EVERYBODY[family]
  const port = ports === 'any' ? 'any port' : `${ports}${proto === 'any' ? '' : `/${proto}`}`
  const parts = [
    action,
    port,
    ...(app === undefined ? [] : [`(${app})`]),
    ...(from === all ? [] : [`from ${from}`]),
    ...(to === all ? [] : [`to ${to}`]),
    ...(way === 'in' ? [] : [way.replace('_', ' on ').replace('!', ' and ')]),
    ...(comment === '' ? [] : [`# ${comment}`]),
  ]
  return parts.join(' ')
}

/** A rule of both families is written once for each. */
export const parseTuples = (text: string): Asks['rules'] => {
  const tuples = linesOf(text).flatMap(parseTuple)
  const rules = new Map<string, Listed>()
  const others = new Set<string>()
  for (const [index, tuple] of tuples.entries()) {
    const rule = ruleOf(tuple)
    if (rule === undefined) {
      others.add(wordsOf(tuple))
      continue
    }
    const before = tuples.slice(0, index).find(one => one.family === tuple.family && rule.allow && refusesAll(one, rule))
    const listed = { ...rule, comment: tuple.comment, ...(before && { behind: wordsOf(before) }) }
    const twin = rules.get(ruleKey({ ...rule, from: '0.0.0.0/0' }))
    if (tuple.family === '6' && rule.from === '::/0' && twin !== undefined) join(rules, twin, listed)
    else rules.set(ruleKey(rule), listed)
  }
  return { rules: [...rules.values()], ...(others.size > 0 && { others: [...others] }) }
}

/** In the place of the first of both. */
const join = (rules: Map<string, Listed>, twin: Listed, listed: Listed): void => {
  const both = { ...listed, ...twin, from: 'any' }
  const order = [...rules.values()].map(one => (one === twin ? both : one))
  rules.clear()
  for (const one of order) rules.set(ruleKey(one), one)
}
