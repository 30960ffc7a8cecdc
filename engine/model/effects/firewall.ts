import type { Asks, Change } from '../../vocabulary.js'
import type { View } from '../view.js'

/** The firewall as its package leaves it. */
export const IDLE: Asks['firewall'] = { active: false, incoming: 'deny', outgoing: 'allow', routed: 'disabled', ipv6: true }

/** Its configuration outlives the package. */
export const firewallOf = (view: View): ReadonlyArray<Change> => [
  ...(view.at('firewall', 'ufw') === undefined ? [{ ask: 'firewall', key: 'ufw', to: IDLE } as const] : []),
  ...(view.at('rules', 'ufw') === undefined ? [{ ask: 'rules', key: 'ufw', to: { rules: [] } } as const] : []),
]

export const withoutFirewall = (view: View): ReadonlyArray<Change> => [
  ...[...view.keys('rule')].map((key): Change => ({ ask: 'rule', key, to: undefined })),
  { ask: 'rules', key: 'ufw', to: undefined },
  { ask: 'firewall', key: 'ufw', to: undefined },
]
