import type { Rule, Step } from '../../engine/contract.js'
import { ruleKey } from '../../engine/vocabulary.js'
import { listening, PORT_FILE } from '../ssh.js'
import { type Changes, changesOf } from './changes.js'
import { sshRules } from './rules.js'
import { type FirewallSeen, type FirewallWanted, movingMark, STATE, UNDO } from './wanted.js'

/** How long a host waits for a new connection before it puts everything back. */
const PATIENCE = 60

/**
 * First what opens, then, under an undo that a new connection confirms, what could cut us off, then what closes. A batch that
 * ends anywhere in between leaves ssh allowed on a port that it listens on.
 */
export const stepsOf = (wanted: FirewallWanted, seen: FirewallSeen): ReadonlyArray<Step> => {
  const changes = changesOf(wanted, seen)
  const move = movesOf(wanted, seen, changes)
  const closing = [...(changes.state.length > 0 ? [firewall(wanted)] : []), ...changes.narrows.map(rule => drop(wanted, rule))]
  const risky = [...move.opens, ...closing]
  const armed = risky.length > 0 || move.closes.length > 0
  return [
    ...(changes.installs ? [install(wanted)] : []),
    ...changes.adds.map(({ comment, ...rule }) => add(wanted, rule, comment)),
    ...move.rules.map(rule => add(wanted, rule, movingMark(wanted))),
    ...(armed ? [arm(wanted, changes), ...risky] : []),
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

const add = ({ via }: FirewallWanted, rule: Rule, comment: string): Step => ({ do: 'rule add', via, rule, comment })

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

const arm = ({ via, rules }: FirewallWanted, { narrows }: Changes): Step => ({
  do: 'arm',
  via,
  name: UNDO,
  seconds: PATIENCE,
  things: [
    ...(rules === undefined ? [] : [{ what: 'firewall', id: 'ufw' } as const]),
    ...narrows.map(rule => ({ what: 'rule', id: ruleKey(rule) }) as const),
    { what: 'file', id: PORT_FILE },
    { what: 'sshd', id: 'sshd' },
  ],
})

const confirm = ({ via, ssh }: FirewallWanted): Step => ({ do: 'confirm', via, name: UNDO, port: ssh.port })

const chain = ({ via, chain }: FirewallWanted): ReadonlyArray<Step> => (chain === undefined ? [] : [{ do: 'chain', via, ...chain }])
