import type { Rule, Step, Thing } from '../../engine/contract.js'
import { ruleKey } from '../../engine/vocabulary.js'
import { listening, PORT_FILE } from '../ssh.js'
import { type Changes, changesOf } from './changes.js'
import { isV6, marked, sshRules } from './rules.js'
import { type FirewallSeen, type FirewallWanted, type MarkedRule, movingMark, STATE, UNDO } from './wanted.js'

/** How long a host waits for a new connection before it puts everything back. */
const PATIENCE = 60

/**
 * First what opens, then, under an undo that a new connection confirms, what could cut us off, then what closes. A batch that
 * ends anywhere in between leaves ssh allowed on a port that it listens on.
 */
export const stepsOf = (wanted: FirewallWanted, seen: FirewallSeen): ReadonlyArray<Step> => {
  const changes = changesOf(wanted, seen)
  const move = movesOf(wanted, seen, changes)
  const lacksIpv6 = seen.state?.ipv6 === false
  const early = changes.adds.filter(({ from }) => !(lacksIpv6 && isV6(from)))
  const closing = [
    ...(changes.state.length > 0 ? [firewall(wanted)] : []),
    ...(lacksIpv6 ? changes.adds : []).map(rule => add(wanted, rule)),
  ]
  const risky = [...move.opens, ...closing]
  const armed = risky.length > 0 || move.closes.length > 0
  return [
    ...(changes.installs ? [install(wanted)] : []),
    ...[...early, ...move.rules.map(marked(movingMark(wanted)))].map(rule => add(wanted, rule)),
    ...(armed ? [arm(wanted, []), ...risky] : []),
    ...(armed || seen.armed ? [confirm(wanted)] : []),
    ...move.closes,
    ...[...move.rules, ...changes.leftovers].map(rule => drop(wanted, rule)),
    ...(changes.chain ? chain(wanted) : []),
  ]
}

interface Move {
  readonly rules: ReadonlyArray<Rule>
  readonly opens: ReadonlyArray<Step>
  readonly closes: ReadonlyArray<Step>
}

/** Both ports, then the new one alone. */
const movesOf = (wanted: FirewallWanted, seen: FirewallSeen, { moves, writes }: Changes): Move => {
  const { ssh, rules } = wanted
  if (!moves) return { rules: [], opens: writes ? [put(wanted, [ssh.port])] : [], closes: [] }
  const old = seen.ports.filter(port => port !== ssh.port)
  const both = [...old, ssh.port]
  const there = new Set(seen.rules.map(ruleKey))
  const opens = seen.ports.includes(ssh.port) ? [] : [put(wanted, both), load(wanted, seen, both)]
  return {
    rules: rules === undefined ? [] : old.flatMap(port => sshRules(port, ssh.sources)).filter(rule => !there.has(ruleKey(rule))),
    opens,
    closes: [put(wanted, [ssh.port]), load(wanted, seen, [ssh.port])],
  }
}

const install = ({ via }: FirewallWanted): Step => ({ do: 'install', via, packages: ['ufw'], mutex: 'packages' })

const add = ({ via }: FirewallWanted, { comment, ...rule }: MarkedRule): Step => ({ do: 'rule add', via, rule, comment })

const drop = ({ via }: FirewallWanted, rule: Rule): Step => ({ do: 'rule remove', via, rule })

const firewall = ({ via }: FirewallWanted): Step => ({ do: 'firewall', via, ...STATE })

const put = ({ via }: FirewallWanted, ports: ReadonlyArray<number>): Step => {
  const file = listening(ports)
  return file === undefined ? { do: 'remove', via, path: PORT_FILE } : { do: 'put', via, ...file }
}

const load = ({ via }: FirewallWanted, { passwords, root }: FirewallSeen, ports: ReadonlyArray<number>): Step => ({
  do: 'sshd load',
  via,
  ports,
  passwords,
  root,
})

/**
 * What could cut us off by going is put back as well, unless a new connection gets in after it. Where ssh moves too, a firewall
 * that lets nobody in at the new port has to go before, and rules of other ports, the old one's among them, only once it has moved.
 */
export const orderOf = (wanted: FirewallWanted, own: ReadonlyArray<Step>, gone: ReadonlyArray<Step>): ReadonlyArray<Step> => {
  const going = restored(gone)
  const leaves = going.some(({ what }) => what === 'firewall')
  if (!leaves && !going.some(thing => isForSsh(wanted, thing))) return [...own, ...gone]
  if (!leaves || !own.some(step => step.do === 'confirm')) return [...own, arm(wanted, going), ...gone, confirm(wanted)]
  const late = going.some(({ what, before }) => what === 'package' && before === 'absent')
    ? []
    : going.filter(thing => thing.what === 'rule' && !isForSsh(wanted, thing))
  const early = gone.filter(step => !late.some(one => one === step))
  return [arm(wanted, restored(early)), ...early, ...own, ...late]
}

type Restore = Extract<Step, { readonly do: 'restore' }>
const restored = (gone: ReadonlyArray<Step>): ReadonlyArray<Restore> => gone.flatMap(step => (step.do === 'restore' ? [step] : []))

const isForSsh = ({ ssh }: FirewallWanted, { what, id }: Restore): boolean => what === 'rule' && id.startsWith(`allow ${ssh.port}/tcp`)

const arm = ({ via, rules }: FirewallWanted, going: ReadonlyArray<{ readonly what: Thing; readonly id: string }>): Step => ({
  do: 'arm',
  via,
  name: UNDO,
  seconds: PATIENCE,
  things: [
    ...(rules === undefined && !going.some(({ what }) => what === 'firewall') ? [] : [{ what: 'firewall', id: 'ufw' } as const]),
    ...going.filter(({ what }) => what === 'rule').map(({ what, id }) => ({ what, id })),
    { what: 'file', id: PORT_FILE },
    { what: 'sshd', id: 'sshd' },
  ],
})

const confirm = ({ via, ssh }: FirewallWanted): Step => ({ do: 'confirm', via, name: UNDO, port: ssh.port })

const chain = ({ via, chain }: FirewallWanted): ReadonlyArray<Step> => {
  if (chain === undefined) return []
  const { name, ipv4, ipv6 } = chain
  return [{ do: 'chain', via, name, ipv4, ipv6 }]
}
