import type { Addr, Asks, Rule } from '../../engine/contract.js'
import { listening } from '../ssh.js'

export type MarkedRule = Rule & { readonly comment: string }
export type SeenRule = Asks['rules']['rules'][number]

export interface FirewallWanted {
  readonly via: Addr
  /** The comment of our rules. */
  readonly mark: string
  readonly ssh: { readonly port: number; readonly sources: ReadonlyArray<string> }
  /** Undefined: the firewall is somebody else's, and only ssh's port is ours to move. */
  readonly rules?: ReadonlyArray<MarkedRule>
  /** `says` is for people. */
  readonly chain?: Asks['chain'] & { readonly name: string; readonly says: string }
  /** Published for the host itself: from outside nobody may find them. */
  readonly inside: ReadonlyArray<string>
}
export interface FirewallSeen {
  readonly installed: boolean
  readonly state?: Asks['firewall']
  readonly rules: ReadonlyArray<SeenRule>
  /** Rules that say more than ours can. */
  readonly others: ReadonlyArray<string>
  readonly chain?: Asks['chain']
  readonly ports: ReadonlyArray<number>
  readonly passwords: boolean
  readonly root: boolean
  /** What the file for the port says. */
  readonly file?: string
  readonly armed: boolean
}

/** A host that nothing is known of yet: our machines listen on the wanted port from the start. */
export const unseen = ({ ssh }: FirewallWanted): FirewallSeen => {
  const file = listening([ssh.port])?.content
  const sshd = { ports: [ssh.port], passwords: false, root: false }
  return { installed: false, rules: [], others: [], ...sshd, ...(file !== undefined && { file }), armed: false }
}

export const STATE = { active: true, incoming: 'deny', outgoing: 'allow', routed: 'deny', ipv6: true } as const
export const UNDO = 'firewall'

/** Rules that are only there while ssh moves from one port to another. */
export const movingMark = ({ mark }: FirewallWanted): string => `${mark} while ssh moves`

/** A note stands beside the mark. */
export const commentOf = (mark: string, note: string | undefined): string => (note === undefined ? mark : `${mark}: ${note}`)
export const isOurs = ({ mark }: FirewallWanted, { comment }: MarkedRule): boolean => comment === mark || comment.startsWith(`${mark}: `)
