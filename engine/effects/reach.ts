import type { Rule } from '../contract.js'
import type { View } from '../model.js'

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

/** A port at which the host's sshd answers to a new connection, the preferred one first. */
export const sshPort = (view: View, preferred: number): number | undefined => {
  const ports = view.at('unit', 'ssh.service')?.active === false ? [] : (view.at('sshd', 'sshd')?.ports ?? [])
  return [preferred, ...ports].find(port => ports.includes(port) && isOpen(view, port, 'tcp'))
}
