import type { Rule } from '../../contract.js'
import type { View } from '../view.js'

const covers = (rule: Rule, port: number, proto: 'tcp' | 'udp'): boolean => {
  const [from = '', to = from] = rule.port.split(':')
  return rule.proto === proto && Number(from) <= port && port <= Number(to)
}

/** Whether a packet from outside gets to this port; the first rule that covers it decides. A model has one outside, inside every network. */
export const isOpen = (view: View, port: number, proto: 'tcp' | 'udp'): boolean => {
  const firewall = view.at('firewall', 'ufw')
  if (firewall === undefined || !firewall.active) return true
  const rule = view.at('rules', 'ufw')?.rules.find(one => covers(one, port, proto))
  return rule === undefined ? firewall.incoming === 'allow' : rule.allow
}

/** Whether the host's sshd answers to a new connection on this port. */
export const sshAnswers = (view: View, port: number): boolean =>
  view.at('unit', 'ssh.service')?.active !== false && view.at('sshd', 'sshd')?.ports.includes(port) === true && isOpen(view, port, 'tcp')

/** Where it answers, the preferred port first. */
export const sshPort = (view: View, preferred: number): number | undefined =>
  [preferred, ...(view.at('sshd', 'sshd')?.ports ?? [])].find(port => sshAnswers(view, port))
