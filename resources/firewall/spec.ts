import type * as t from 'io-ts'
import { Source } from '../../specs/address.js'
import { bool, field, list, optional, pattern, spec, word } from '../../specs/codec.js'
import { Port } from '../../specs/name.js'
import { section } from '../section.js'

// ufw refuses a comment with a single quote.
const Note = pattern(
  'note',
  /^[^\p{Cc}']{1,100}$/u,
  'a note of one line without single quotes, at most 100 characters',
  'our node exporter',
)

const Allow = spec('rule', {
  port: field(Port, 'The port to open.', 9100),
  proto: optional(word('tcp', 'udp'), 'tcp', 'The protocol.'),
  from: optional(Source, 'any', 'Who may reach it: any, an address, or a network.', '192.0.2.0/24'),
  note: optional(Note, undefined, 'What it is for; it stands beside the rule on the host.'),
})

export const FirewallSpec = section(
  'firewall',
  {
    managed: optional(bool, true, 'false: the firewall of the host is left as it is.'),
    ssh_from: optional(list(Source, { least: 1, words: 'a list of any, addresses or networks' }), ['any'], 'Who may reach sshd.', [
      '192.0.2.0/24',
    ]),
    allow: optional(list(Allow), [], 'Ports to open beside those that the other sections name.', [
      { port: 9100, proto: 'tcp', from: '192.0.2.0/24' },
    ]),
  },
  {
    instead: {
      enabled: 'Did you mean managed?',
      ports: 'Did you mean allow?',
      rules: 'Did you mean allow?',
      ssh: 'Did you mean ssh_from?',
    },
  },
)
export type FirewallSpec = t.TypeOf<typeof FirewallSpec>
