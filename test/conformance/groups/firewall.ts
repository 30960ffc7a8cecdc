import { act, addRule, byHand, does, type Group, install, look, removeRule, that, type Words } from '../case.js'

const STATE = 'firewall ufw' as const
const RULES = ['rules ufw'] as const
const firewall = (
  words: Partial<{ active: boolean; incoming: 'allow' | 'deny' | 'reject'; routed: 'allow' | 'deny' | 'disabled'; ipv6: boolean }>,
): Words => ({ do: 'firewall', active: false, incoming: 'deny', outgoing: 'allow', routed: 'deny', ipv6: true, ...words }) as Words
const forwards = (on: 0 | 1): Words =>
  byHand(`echo ${on} >/proc/sys/net/ipv4/ip_forward`, { ask: 'sysctl', key: 'net.ipv4.ip_forward', to: { value: String(on) } })

export const firewalls: Group = {
  name: 'the firewall',
  cases: [
    does('rules need their program', [addRule('allow 22/tcp')], []),
    does('a firewall that is not there cannot be switched on', [firewall({ active: true })], []),
    does('a rule of a program that is not there is gone', [removeRule('allow 22/tcp')], []),
    does(
      'ufw comes inactive, with its own policies, and its unit enabled but not started',
      [install('ufw', 'iptables')],
      [STATE, ...RULES, 'package ufw', 'package iptables', 'unit ufw.service', 'dir /etc/ufw'],
    ),
    does('what is installed can be installed again', [install('ufw')], [STATE, 'package ufw']),
    does('the default of ufw knows IPv6', [], [STATE, 'file /etc/default/no-ufw']),
    does('what is not forwarded is not routed either, and what is, is denied', [forwards(1)], [STATE]),
    does('policies are set while it is inactive', [forwards(0), firewall({ incoming: 'reject' })], [STATE]),
    does('policies that are so already stay so', [firewall({ incoming: 'reject' })], [STATE]),
    does('ufw without IPv6 has none', [firewall({ ipv6: false })], [STATE]),
    does('ufw has IPv6 again', [firewall({})], [STATE]),
    does('a rule is written before it is in force', [addRule('allow 22/tcp')], [STATE, 'rule allow 22/tcp', ...RULES]),
    does(
      'ufw is switched on and lets in whom it was told to',
      [firewall({ active: true })],
      [STATE, 'login ssh', ...RULES, 'unit ufw.service'],
    ),
    does('ufw that is on can be switched on again', [firewall({ active: true })], [STATE, 'login ssh']),
    does('what is routed is told once something is forwarded', [forwards(1)], [STATE]),
    does('what is routed may be allowed', [firewall({ active: true, routed: 'allow' })], [STATE]),
    does('nothing is routed again', [firewall({ active: true }), forwards(0)], [STATE]),
  ],
}

export const rules: Group = {
  name: 'rules of the firewall',
  cases: [
    does('a rule of both families is one', [addRule('allow 6969/udp')], ['rule allow 6969/udp', ...RULES]),
    does('a rule that is there can be added again', [addRule('allow 6969/udp')], ['rule allow 6969/udp', ...RULES]),
    does(
      'a rule takes its newest comment',
      [addRule('allow 6969/udp', 'deployer:other: "a note", $5 - with umlauts: ü')],
      ['rule allow 6969/udp'],
    ),
    does('a rule may have no comment', [addRule('allow 7070/tcp', '')], ['rule allow 7070/tcp', ...RULES]),
    does('a rule that had no comment gets one', [addRule('allow 7070/tcp')], ['rule allow 7070/tcp']),
    does('a rule with a comment loses it', [addRule('allow 7070/tcp', '')], ['rule allow 7070/tcp']),
    does(
      'a rule of IPv4 alone is one of all its addresses',
      [addRule('allow 8080/tcp from 0.0.0.0/0')],
      ['rule allow 8080/tcp from 0.0.0.0/0', 'rule allow 8080/tcp', 'rule allow 8080/tcp from ::/0'],
    ),
    does(
      'a rule of IPv6 alone is one of all its addresses, and comes after those of IPv4',
      [addRule('allow 8081/tcp from ::/0')],
      ['rule allow 8081/tcp from ::/0', 'rule allow 8081/tcp', ...RULES],
    ),
    does('a rule of both families comes before those of IPv6 alone', [addRule('allow 8082/tcp')], RULES),
    does(
      'a rule has a source',
      [addRule('allow 9100/tcp from 192.0.2.0/24'), addRule('allow 9100/tcp from 2001:db8::/32')],
      ['rule allow 9100/tcp from 192.0.2.0/24', 'rule allow 9100/tcp from 2001:db8::/32', 'rule allow 9100/tcp', ...RULES],
    ),
    does('a source is a single address', [addRule('allow 9101/tcp from 192.0.2.7'), addRule('allow 9101/tcp from 2001:db8::7')], RULES),
    does(
      'a rule denies',
      [addRule('deny 7071/tcp'), addRule('deny 7072/udp from 198.51.100.0/24')],
      ['rule deny 7071/tcp', 'rule allow 7071/tcp', ...RULES],
    ),
    does(
      'what was denied is allowed where it was denied',
      [addRule('allow 7071/tcp')],
      ['rule deny 7071/tcp', 'rule allow 7071/tcp', ...RULES],
    ),
    does('a rule is for many ports', [addRule('allow 6000:6010/tcp')], ['rule allow 6000:6010/tcp', ...RULES]),
    does(
      'one port of two protocols is two rules',
      [addRule('allow 5353/tcp'), addRule('allow 5353/udp')],
      ['rule allow 5353/tcp', 'rule allow 5353/udp'],
    ),
    does('a rule goes, of both families', [removeRule('allow 8082/tcp')], ['rule allow 8082/tcp']),
    does('a rule goes, whatever its comment', [removeRule('allow 6969/udp')], ['rule allow 6969/udp']),
    does(
      'a rule with a source goes, and the other stays',
      [removeRule('allow 9100/tcp from 192.0.2.0/24')],
      ['rule allow 9100/tcp from 192.0.2.0/24', 'rule allow 9100/tcp from 2001:db8::/32'],
    ),
    does('a rule that is gone already can go again', [removeRule('allow 8082/tcp'), removeRule('allow 1/tcp')], []),
    that(
      'a rule that somebody added is seen',
      act([
        byHand('ufw allow 4000/tcp', {
          ask: 'rule',
          key: 'allow 4000/tcp',
          to: { allow: true, port: '4000', proto: 'tcp', from: 'any', comment: '' },
        }),
        removeRule('allow 4000/tcp'),
        byHand('ufw allow 4000/tcp'),
        addRule('allow 4000/tcp', ''),
      ]),
      look('rule allow 4000/tcp'),
    ),
    that(
      'a rule that somebody took away is seen',
      act([byHand('ufw delete allow 4000/tcp'), removeRule('allow 4000/tcp')]),
      look('rule allow 4000/tcp'),
    ),
    does('rules of the firewall outlive its being off', [firewall({}), firewall({ active: true })], [STATE, 'login ssh']),
    does('rules are read while the firewall is off', [firewall({}), addRule('allow 3000/tcp')], [STATE, 'rule allow 3000/tcp']),
    does('the firewall is on again, with what was added', [firewall({ active: true })], [STATE, 'rule allow 3000/tcp', 'login ssh']),
    does('restored as it was without it, the firewall is off', [{ do: 'restore', what: 'firewall', id: 'ufw', before: 'absent' }], [STATE]),
  ],
}

const [DROP, CLOSED] = [
  '! -i dep-+ -o dep-+ -m conntrack --ctstate NEW -m conntrack ! --ctstate DNAT -j DROP',
  '! -i dep-+ -o dep-+ -p tcp -m conntrack --ctorigdstport 1212 -m conntrack --ctstate NEW -j DROP',
]
const open = (source: string): string => `-s ${source} ! -i dep-+ -o dep-+ -p tcp -m conntrack --ctorigdstport 1212 -j RETURN`
const chain = (ipv4: ReadonlyArray<string>, ipv6: ReadonlyArray<string>): Words => ({ do: 'chain', name: 'DEPLOYER-demo', ipv4, ipv6 })
const CHAIN = ['chain DEPLOYER-demo'] as const

export const chains: Group = {
  name: 'limits on published ports',
  cases: [
    does(
      'a chain has its rules for both families',
      [chain([DROP, open('192.0.2.0/24'), CLOSED], [DROP, open('2001:db8::/32'), CLOSED])],
      [...CHAIN, 'unit deployer-chain-DEPLOYER-demo.service'],
    ),
    does(
      'a chain that is so already stays so',
      [chain([DROP, open('192.0.2.0/24'), CLOSED], [DROP, open('2001:db8::/32'), CLOSED])],
      CHAIN,
    ),
    does('a chain loses rules of one family', [chain([], [DROP])], CHAIN),
    does('a chain may be empty', [chain([], [])], CHAIN),
    does('rules come back to a chain', [chain([DROP], [DROP])], CHAIN),
    that(
      'a chain that nothing leads to is none',
      act([byHand('iptables -w 5 -D DOCKER-USER -j DEPLOYER-demo', { ask: 'chain', key: 'DEPLOYER-demo', to: undefined })]),
      look(...CHAIN),
    ),
    does('a chain is put right', [chain([DROP], [DROP])], CHAIN),
    does(
      'another chain beside it is another',
      [{ do: 'chain', name: 'DEPLOYER-two', ipv4: [DROP], ipv6: [DROP] }],
      [...CHAIN, 'chain DEPLOYER-two'],
    ),
    does(
      'a chain goes with all that is in it',
      [
        { do: 'restore', what: 'chain', id: 'DEPLOYER-two', before: 'absent' },
        { do: 'restore', what: 'chain', id: 'DEPLOYER-demo', before: 'absent' },
      ],
      [...CHAIN, 'chain DEPLOYER-two', 'unit deployer-chain-DEPLOYER-demo.service'],
    ),
    does('a chain that is gone already can go again', [{ do: 'restore', what: 'chain', id: 'DEPLOYER-demo', before: 'absent' }], CHAIN),
  ],
}
