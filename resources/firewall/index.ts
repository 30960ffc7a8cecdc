import type { Addr, Answers, Claim, Diff, Facts, Field, Held, Kind, Probe, Rule, Step, Thing } from '../../engine/contract.js'
import { NONE } from '../../engine/diff.js'
import { openKey } from '../../engine/outside.js'
import { oppositeKey, ruleKey } from '../../engine/vocabulary.js'
import { environmentOf, factsOf, type PortFact } from '../facts.js'
import { counted, kind, presentOf } from '../kind.js'
import { bridgePrefix, chainOf, markOf, vmOf } from '../names.js'
import { listening, PORT_FILE } from '../ssh.js'
import { chainFor, limitsIn } from './chain.js'
import { changesOf } from './changes.js'
import { allow, isLoopback, marked, ordered, portRules, sshRules } from './rules.js'
import { FirewallSpec } from './spec.js'
import { orderOf, stepsOf } from './steps.js'
import { type FirewallSeen, type FirewallWanted, isOurs, UNDO, unseen } from './wanted.js'

const want = (self: Addr, spec: FirewallSpec, facts: Facts): FirewallWanted => {
  const { name, ssh } = environmentOf(facts)
  const via = vmOf(self)
  const mark = markOf(name)
  const wanted = { via, mark, ssh: { port: ssh.port, sources: spec.ssh_from }, inside: [] }
  if (!spec.managed) return wanted
  const ports = factsOf(facts, 'port')
  const derived = [...sshRules(ssh.port, spec.ssh_from), ...portRules(ports)].map(marked(mark))
  const extra = spec.allow.map(({ port, proto, from, note }) => marked(mark, note)(allow(port, proto, from)))
  return {
    ...wanted,
    rules: ordered([...derived, ...extra]),
    chain: { name: chainOf(name), ...chainFor(bridgePrefix(name), ports), says: limitsIn(ports) },
    inside: insideOnly(ports),
  }
}

/** That a port is also there on an address that others reach is somebody's wish. */
const insideOnly = (ports: ReadonlyArray<PortFact>): ReadonlyArray<string> => {
  const named = (some: ReadonlyArray<PortFact>) => [...new Set(some.map(({ port, proto }) => `${port}/${proto}`))]
  const others = named(ports.filter(({ bind }) => !isLoopback(bind)))
  return named(ports.filter(({ bind }) => isLoopback(bind))).filter(port => !others.includes(port))
}

const claims = ({ via, rules, chain }: FirewallWanted): ReadonlyArray<Claim> => {
  const share = (what: Thing, id: string): Claim => ({ what, id, via, hold: 'share' })
  return [
    ...(rules === undefined ? [] : [share('package', 'ufw'), share('firewall', 'ufw')]),
    ...(rules ?? []).map(rule => share('rule', ruleKey(rule))),
    share('file', PORT_FILE),
    share('sshd', 'sshd'),
    ...(chain === undefined ? [] : [{ what: 'chain', id: chain.name, via, hold: 'own' } as const]),
  ]
}

const probesAt = (via: Addr) => ({
  package: { ask: 'package', key: 'ufw', via } as const,
  state: { ask: 'firewall', key: 'ufw', via } as const,
  rules: { ask: 'rules', key: 'ufw', via } as const,
  sshd: { ask: 'sshd', key: 'sshd', via } as const,
  file: { ask: 'file', key: PORT_FILE, via } as const,
  undo: { ask: 'undo', key: UNDO, via } as const,
})
const chainAt = ({ via }: FirewallWanted, name: string) => ({ ask: 'chain', key: name, via }) as const

const probes = (wanted: FirewallWanted): ReadonlyArray<Probe> => {
  const { package: installed, state, rules, ...ssh } = probesAt(wanted.via)
  const firewall = wanted.rules === undefined ? [] : [installed, state, rules]
  return [...firewall, ...Object.values(ssh), ...(wanted.chain === undefined ? [] : [chainAt(wanted, wanted.chain.name)])]
}

const read = (wanted: FirewallWanted, answers: Answers): FirewallSeen => {
  const at = probesAt(wanted.via)
  const installed = answers.of(at.package).is === 'present'
  const state = installed ? presentOf(answers.of(at.state)) : undefined
  const listed = installed ? presentOf(answers.of(at.rules)) : undefined
  const sshd = presentOf(answers.of(at.sshd))
  const file = presentOf(answers.of(at.file))?.content
  const chain = wanted.chain && presentOf(answers.of(chainAt(wanted, wanted.chain.name)))
  return {
    installed,
    ...(state && { state }),
    rules: listed?.rules ?? [],
    others: listed?.others ?? [],
    ...(chain && { chain }),
    ports: sshd?.ports ?? [],
    passwords: sshd?.passwords ?? false,
    root: sshd?.root ?? false,
    ...(file !== undefined && { file }),
    armed: answers.of(at.undo).is === 'present',
  }
}

const diff = (wanted: FirewallWanted, seen: FirewallSeen | undefined): Diff => {
  const { ssh } = wanted
  const now = seen ?? unseen(wanted)
  const changes = changesOf(wanted, now)
  const fields: ReadonlyArray<Field> = [
    ...(changes.installs ? [{ name: 'package', to: 'ufw' }] : []),
    ...changes.state,
    ...changes.leftovers.map(rule => ({ name: 'rule', from: ruleKey(rule), left: true as const })),
    ...changes.adds.map(rule => ruleField(now, rule)),
    ...(changes.chain ? [chainField(wanted, now)] : []),
    ...(changes.moves ? [{ name: 'ssh port', from: now.ports.join(', '), to: String(ssh.port) }] : []),
    ...(now.armed ? [{ name: 'undo', from: 'armed', left: true as const }] : []),
  ]
  const to = listening([ssh.port])?.content
  const files = changes.writes
    ? [{ path: PORT_FILE, ...(now.file !== undefined && { from: now.file }), ...(to !== undefined && { to }) }]
    : []
  if (seen === undefined) return { action: 'create', fields, files }
  if (fields.length + files.length === 0) return NONE
  return { action: changes.installs ? 'create' : 'update', fields, files }
}

/** What is in its way is named. */
const ruleField = ({ rules }: FirewallSeen, rule: Rule): Field => {
  const key = ruleKey(rule)
  const behind = rules.find(one => ruleKey(one) === key)?.behind
  const opposite = rules.find(one => ruleKey(one) === oppositeKey(key))
  return {
    name: 'rule',
    ...(opposite && { from: ruleKey(opposite) }),
    to: behind === undefined ? key : `${key}, in front of: ${behind}`,
  }
}

const chainField = ({ chain }: FirewallWanted, { chain: seen }: FirewallSeen): Field => ({
  name: 'limits on published ports',
  ...(seen && { from: 'others' }),
  to: chain?.says ?? '',
})

const steps = (wanted: FirewallWanted, seen: FirewallSeen | undefined): ReadonlyArray<Step> => stepsOf(wanted, seen ?? unseen(wanted))

/** Rules that are neither ours nor another environment's. */
const foreign = (wanted: FirewallWanted, answers: Answers): ReadonlyArray<string> => {
  if (wanted.rules === undefined) return []
  const keys = new Set(wanted.rules.map(ruleKey))
  const { rules, others = [] } = presentOf(answers.of(probesAt(wanted.via).rules)) ?? { rules: [] }
  return [
    ...rules
      .filter(rule => !keys.has(ruleKey(rule)) && !keys.has(oppositeKey(ruleKey(rule))) && !rule.comment.startsWith('deployer:'))
      .map(rule => `rule ${ruleKey(rule)}${rule.from === 'any' ? ' from any' : ''}, not ours`),
    ...others.map(rule => `rule ${rule}, not ours`),
  ]
}

/** Others let more in than the file says. */
const unmet = (wanted: FirewallWanted, seen: FirewallSeen): ReadonlyArray<string> => {
  const { rules, ssh } = wanted
  if (rules === undefined || ssh.sources.includes('any')) return []
  const keys = new Set(rules.map(ruleKey))
  const open = new RegExp(`^(allow|limit) (${ssh.port}|${ssh.port}/tcp|any port)( |$)`)
  const lets = [
    ...seen.rules
      .filter(
        rule => rule.allow && rule.port === String(ssh.port) && rule.proto === 'tcp' && !keys.has(ruleKey(rule)) && !isOurs(wanted, rule),
      )
      .map(ruleKey),
    ...seen.others.filter(rule => open.test(rule)),
  ]
  return lets.map(rule => `ssh only from ${ssh.sources.join(', ')}: somebody else's rule also lets in: ${rule}`)
}

const effectOf = ({ ssh }: FirewallWanted, diff: Diff): { readonly effect?: string } => {
  const moved = diff.action === 'none' ? undefined : diff.fields.find(({ name }) => name === 'ssh port')
  return moved === undefined ? {} : { effect: `ssh moves from ${moved.from} to ${ssh.port}` }
}

const losing = (held: ReadonlyArray<Held>) => {
  const rules = held.filter(({ what }) => what === 'rule').length
  const restored = [
    ...(held.some(({ what }) => what === 'firewall') ? ['the firewall'] : []),
    ...(held.some(({ what }) => what === 'sshd') ? ['the port of ssh'] : []),
  ].join(' and ')
  const parts = [...(rules === 0 ? [] : [`${counted(rules, 'rule')} removed`]), ...(restored === '' ? [] : [`${restored} as before`])]
  return { stops: [], sentence: parts.join('; ') || 'limits on published ports removed' }
}

export const firewall: Kind<FirewallSpec, FirewallWanted, FirewallSeen> = kind({
  kind: 'firewall',
  after: ['vm'],
  codec: FirewallSpec,
  want,
  sentence: ({ rules }) => (rules === undefined ? 'not managed: left as it is' : 'denies incoming but the ports below, IPv4 and IPv6'),
  claims,
  probes,
  read,
  diff,
  steps,
  impact: (wanted, diff) => ({ stops: [], ...effectOf(wanted, diff) }),
  losing,
  foreign,
  unmet,
  order: orderOf,
  detail: ({ rules = [], ssh }) => {
    const ports = [...new Set(rules.map(({ port, proto }) => `${port}/${proto}`))]
    return { says: ports.join('  ') || `${ssh.port}/tcp`, data: { allowed: rules.length === 0 ? [`${ssh.port}/tcp`] : ports } }
  },
  checks: ({ via, rules, inside }) => [
    ...(rules === undefined
      ? []
      : [
          {
            says: 'denies what is not allowed',
            probe: { ask: 'firewall', key: 'ufw', via },
            expect: { active: true, incoming: 'deny' },
            from: 'host',
          } as const,
        ]),
    ...(inside.length === 0
      ? []
      : [
          {
            says: `closed from outside: ${inside.join(' ')}`,
            probe: { ask: 'open', key: openKey(via, inside), via: 'operator' },
            expect: { open: [] },
            from: 'start',
          } as const,
        ]),
  ],
})
