import { type Change, type Do, type Probe, ruleKey, type Step, type StepOf, type Text } from '../../engine/vocabulary.js'
import { sizeOf } from '../../specs/size.js'
import { clean, cleanCode } from './text.js'
import { renderText, renderValue } from './value.js'
import { countWord } from './words.js'

/** What a step does, in one line without its contents: `write /etc/motd, 0644 root:root, 2 lines, via vm.main`. */
export const stepWords = (step: Step): string => {
  const says = (SAYS[step.do] as (step: Step) => string)(step)
  const unless = step.done === undefined ? '' : `, unless ${probeWords(step.done)} is there already`
  return clean(`${says}${unless}, via ${step.via}`)
}

/** What a step carries: lines of a file, rules, labels. Secrets show as `(secret NAME)`. */
export const stepContents = (step: Step): ReadonlyArray<string> =>
  ((HOLDS[step.do] as ((step: Step) => ReadonlyArray<string>) | undefined)?.(step) ?? []).map(cleanCode)

/** The whole step: its words, and what it carries below them. */
export const renderStep = (step: Step): string => [stepWords(step), ...stepContents(step).map(one => `  | ${one}`.trimEnd())].join('\n')

const probeWords = ({ ask, key }: Probe): string => `${ask} ${key}`

const linesOf = (text: Text): ReadonlyArray<string> => {
  const whole = renderText(text)
  return whole === '' ? [] : whole.replace(/\n$/, '').split('\n')
}
const sized = (text: Text): string => countWord(linesOf(text).length, 'line')
const words = (parts: ReadonlyArray<string | false | undefined>): string =>
  parts.filter(part => part !== undefined && part !== false && part !== '').join(', ')
const owned = ({ mode, owner, group }: { mode: string; owner: string; group: string }): string => `${mode} ${owner}:${group}`
const pairs = (values: { readonly [key: string]: unknown }, says = ''): ReadonlyArray<string> =>
  Object.entries(values).map(([key, value]) => `${says}${key}: ${renderValue(value)}`)
const yes = (on: boolean): string => (on ? 'yes' : 'no')

const changes = (all: ReadonlyArray<Change>): ReadonlyArray<string> =>
  all.map(({ ask, key, to }) => `afterwards ${ask} ${key}: ${to === undefined ? 'absent' : renderValue(to)}`)

const SAYS: { readonly [D in Do]: (step: StepOf<D>) => string } = {
  'machine create': s =>
    `make machine ${s.name}: ${s.image}, ${countWord(s.cpus, 'cpu')}, memory ${sizeOf(s.memory)}, disk ${sizeOf(s.disk)}`,
  'machine update': s =>
    `change machine ${s.name}: ${words([
      s.cpus !== undefined && countWord(s.cpus, 'cpu'),
      s.memory !== undefined && `memory ${sizeOf(s.memory)}`,
      s.disk !== undefined && `disk ${sizeOf(s.disk)}`,
      s.running !== undefined && (s.running ? 'start' : 'stop'),
      s.labels !== undefined && 'labels',
      s.extra !== undefined && 'settings',
      s.restart === true && 'restarted',
    ])}`,
  'machine delete': s => `delete machine ${s.name}`,
  'wait ready': s => `wait until the machine answers and is set up, at most ${s.seconds} s`,
  put: s => `write ${s.path}, ${owned(s)}, ${sized(s.content)}`,
  dir: s => `make folder ${s.path}, ${owned(s)}`,
  remove: s => `remove ${s.path}`,
  install: s => `install ${s.packages.join(' ')}${s.upgrade === true ? ', the newest' : ''}`,
  uninstall: s => `uninstall ${s.packages.join(' ')}`,
  unit: s =>
    `unit ${s.name}: ${words([
      s.active !== undefined && (s.active ? 'start' : 'stop'),
      s.enabled !== undefined && (s.enabled ? 'enable' : 'disable'),
      s.again,
    ])}`,
  user: s => `user ${s.name}: ${words([s.shell, s.sudo && 'sudo', countWord(s.keys.length, 'key')])}`,
  'user delete': s => `delete user ${s.name}`,
  'group add': s => `add user ${s.user} to group ${s.group}`,
  'group remove': s => `take user ${s.user} out of group ${s.group}`,
  sysctl: s => `kernel setting ${s.key} = ${s.value}`,
  setting: s => `${s.key} ${s.value}`,
  'sshd load': s => `sshd loads its files: ports ${s.ports.join(' ')}, passwords ${yes(s.passwords)}, root ${yes(s.root)}`,
  firewall: s =>
    `firewall ${s.active ? 'on' : 'off'}: incoming ${s.incoming}, outgoing ${s.outgoing}, routed ${s.routed}, ${s.ipv6 ? 'IPv4 and IPv6' : 'IPv4 only'}`,
  'rule add': s => `add rule ${ruleKey(s.rule)}, marked ${renderValue(s.comment)}`,
  'rule remove': s => `remove rule ${ruleKey(s.rule)}`,
  chain: s => `chain ${s.name}: ${countWord(s.ipv4.length, 'rule')} for IPv4, ${s.ipv6.length} for IPv6`,
  arm: s => `arm undo ${s.name}: puts back ${countWord(s.things.length, 'thing')} after ${s.seconds} s unless confirmed`,
  confirm: s => `confirm ${s.name} over a new connection to port ${s.port}`,
  'engine config': s => `write ${s.path} and have the engine load it, ${sized(s.content)}`,
  restore: s =>
    s.before === 'absent'
      ? `take away ${s.what} ${s.id}, which was not there before`
      : `put back ${s.what} ${s.id} as it was before${s.kept === undefined ? '' : `, from ${s.kept}`}`,
  network: s =>
    `make network ${s.name}, bridge ${s.bridge}, ${s.ipv6 === undefined ? 'IPv4 only' : `IPv4 and IPv6 ${s.ipv6}`}${s.inside ? ', inside only' : ''}`,
  'network remove': s => `remove network ${s.name}`,
  fetch: s => `begin to pull ${s.images.join(' and ')}`,
  pull: s => `pull ${s.image}${s.login === undefined ? '' : `, with the credentials in ${s.login}`}`,
  try: s => `try ${s.project}/${s.service} in a throwaway container`,
  up: s => `start ${s.project}/${s.service} from ${s.image}`,
  down: s => `stop and remove ${s.project}/${s.service}`,
  signal: s => `send ${s.signal} to ${s.project}/${s.service}`,
  sql: s => `sql at ${s.project}/${s.service}: ${renderText(s.statement)}`,
  cron: s => `cron ${s.path}, ${countWord(s.lines.length, 'line')}`,
  run: s => `run ${s.argv.map(word => renderValue(renderText(word))).join(' ')}`,
}

const HOLDS: { readonly [D in Do]?: (step: StepOf<D>) => ReadonlyArray<string> } = {
  'machine create': s => [...pairs(s.labels, 'label '), ...pairs(s.extra), ...linesOf(s.userData), ...changes(s.first)],
  'machine update': s => [...pairs(s.labels ?? {}, 'label '), ...pairs(s.extra ?? {})],
  put: s => linesOf(s.content),
  user: s => s.keys,
  chain: s => [...s.ipv4.map(rule => `IPv4 ${rule}`), ...s.ipv6.map(rule => `IPv6 ${rule}`)],
  arm: s => s.things.map(({ what, id }) => `${what} ${id}`),
  'engine config': s => linesOf(s.content),
  network: s => pairs(s.labels, 'label '),
  sql: s => (s.grants ?? []).map(grant => `grant ${grant}`),
  cron: s => s.lines,
  run: s => changes(s.effects),
}
