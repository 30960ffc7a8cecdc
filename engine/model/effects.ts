import type { Change, Do } from '../contract.js'
import { downContainer, downNetwork, upContainer } from './effects/containers.js'
import { changeAccount } from './effects/database.js'
import { fileOf, putCron, putFile, removePath } from './effects/files.js'
import { createMachine, deleteMachine, updateMachine } from './effects/machine.js'
import { install, uninstall } from './effects/packages.js'
import { chainUnit, putBack, takeAway } from './effects/restore.js'
import { addRule, removeRule } from './effects/rules.js'
import { putUnit, runEngine } from './effects/units.js'
import { addMember, putUser, removeMember, removeUser } from './effects/users.js'
import type { SealedStep, SealedStepOf } from './seal.js'
import type { View } from './view.js'

/** The kernel sets numbers apart by tabs. */
const asKernel = (value: string): string => (/^[\d\s-]+$/.test(value) ? value.trim().replace(/\s+/g, '\t') : value)

type Effects = { readonly [D in Do]: (step: SealedStepOf<D>, view: View) => ReadonlyArray<Change> }

const EFFECTS: Effects = {
  'machine create': createMachine,
  'machine update': updateMachine,
  'machine delete': ({ name }, view) => deleteMachine(name, view),
  'wait ready': () => [],
  put: (step, view) => putFile(view, step.path, fileOf(step, step.content)),
  dir: ({ path, mode, owner, group }) => [{ ask: 'dir', key: path, to: { mode, owner, group } }],
  remove: ({ path }, view) => removePath(view, path),
  install,
  uninstall,
  unit: putUnit,
  user: putUser,
  'user delete': ({ name }, view) => removeUser(name, view),
  'group add': ({ user, group }, view) => addMember(user, group, view),
  'group remove': ({ user, group }, view) => removeMember(user, group, view),
  sysctl: ({ key, value }) => [{ ask: 'sysctl', key, to: { value: asKernel(value) } }],
  setting: ({ key, value }) => [{ ask: 'setting', key, to: { value } }],
  'sshd load': ({ ports, passwords, root }) => [{ ask: 'sshd', key: 'sshd', to: { ports, passwords, root } }],
  firewall: ({ active, incoming, outgoing, routed, ipv6 }, view) => {
    const kept = routed === 'disabled' ? (view.at('firewall', 'ufw')?.routed ?? routed) : routed
    return [{ ask: 'firewall', key: 'ufw', to: { active, incoming, outgoing, routed: kept, ipv6 } }]
  },
  'rule add': ({ rule, comment }, view) => addRule(view, rule, comment),
  'rule remove': ({ rule }, view) => removeRule(view, rule),
  chain: ({ name, ipv4, ipv6 }) => [
    { ask: 'unit', key: chainUnit(name), to: { active: true, enabled: true } },
    { ask: 'chain', key: name, to: { ipv4, ipv6 } },
  ],
  arm: ({ name, seconds }) => [{ ask: 'undo', key: name, to: { seconds } }],
  confirm: ({ name }) => [{ ask: 'undo', key: name, to: undefined }],
  'engine config': ({ path, content, config }, view) => [
    { ask: 'file', key: path, to: fileOf({ mode: '0644', owner: 'root', group: 'root' }, content) },
    ...runEngine(view, config),
  ],
  restore: ({ what, id, before, kept }, view) =>
    before === 'absent' ? takeAway(what, id, view) : putBack(what, id, kept === undefined ? undefined : view.kept(kept), view),
  network: ({ name, bridge, inside, ipv6, labels }) => {
    const to = { bridge, ...(inside && { inside }), ...(ipv6 !== undefined && { ipv6 }), labels }
    return [{ ask: 'network', key: name, to }]
  },
  'network remove': ({ name }, view) => downNetwork(name, view),
  fetch: () => [],
  pull: ({ image }) => [{ ask: 'image', key: image, to: { digest: image.slice(image.indexOf('@') + 1) } }],
  try: () => [],
  up: upContainer,
  down: ({ project, service }, view) => downContainer(`${project}/${service}`, view),
  signal: () => [],
  sql: changeAccount,
  cron: ({ path, lines }, view) => putCron(view, path, lines),
  run: step => step.effects,
}

/**
 * The answers that a step changes, where it acts and given what is there: total, pure, the same every time. What the sandbox
 * folds and what a real host is held to.
 */
export const effects = (step: SealedStep, view: View): ReadonlyArray<Change> =>
  (EFFECTS[step.do] as (step: SealedStep, view: View) => ReadonlyArray<Change>)(step, view)
