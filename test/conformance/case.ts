import type { Addr, Ask, Change, Claim, Probe, Step, Text, Thing } from '../../engine/contract.js'
import { ruleIn } from '../../engine/model/effects/rules.js'

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never
/** A step without the host that it acts on: all act on the one that the case is about. */
export type Words = Without<Step, 'via'>

export const VIA = 'vm.main' as const

/** A question as it is written in a case: `unit ssh.service`; with a text, whether the file holds exactly that, or the container was started with it. */
export type Asking =
  | `${Ask} ${string}`
  | { readonly match: Text; readonly file: string }
  | { readonly match: Text; readonly container: string }
  | { readonly match: Text; readonly account: string }

/** One batch. What is not said is `vm.main` of `demo`, in its first run. */
export interface Deed {
  readonly steps?: ReadonlyArray<Words>
  readonly asks?: ReadonlyArray<Asking>
  readonly claims?: ReadonlyArray<Claim>
  readonly releases?: ReadonlyArray<Claim>
  readonly environment?: string
  readonly addr?: Addr
  readonly run?: number
  readonly fence?: number
}

export type Move =
  | { readonly act: Deed }
  | { readonly look: ReadonlyArray<Asking> }
  /** Seconds. */
  | { readonly wait: number }
  /** A batch that is still running while others, over a connection of their own, move. */
  | { readonly during: Deed; readonly others: ReadonlyArray<Move> }

/** Plain JSON. What is there before it is what the cases before it have left. */
export interface Case {
  readonly says: string
  readonly moves: ReadonlyArray<Move>
}
export interface Group {
  readonly name: string
  readonly cases: ReadonlyArray<Case>
}

export const probeOf = (asking: Asking): Probe => {
  if (typeof asking !== 'string') {
    const { match } = asking
    if ('file' in asking) return { ask: 'file', key: asking.file, via: VIA, match }
    return 'container' in asking
      ? { ask: 'container', key: asking.container, via: VIA, match }
      : { ask: 'account', key: asking.account, via: VIA, match }
  }
  const at = asking.indexOf(' ')
  return { ask: asking.slice(0, at), key: asking.slice(at + 1), via: VIA } as Probe
}

export const that = (says: string, ...moves: ReadonlyArray<Move>): Case => ({ says, moves })
export const act = (steps: ReadonlyArray<Words>, asks: ReadonlyArray<Asking> = [], rest: Deed = {}): Move => ({
  act: { steps, asks, ...rest },
})
export const look = (...asks: ReadonlyArray<Asking>): Move => ({ look: asks })
/** One batch, and what it changed. */
export const does = (says: string, steps: ReadonlyArray<Words>, asks: ReadonlyArray<Asking>): Case => that(says, act(steps, asks))

export const claim = (what: Thing, id: string, hold: Claim['hold'] = 'share'): Claim => ({ what, id, via: VIA, hold })
/** As somebody else would do it, and what that means in answers. */
export const byHand = (command: string, ...effects: ReadonlyArray<Change>): Words => ({ do: 'run', argv: ['sh', '-c', command], effects })
export const restore = (what: Thing, id: string, before: 'absent' | 'present' = 'absent'): Words => ({
  do: 'restore',
  what,
  id,
  before,
  ...(before === 'present' && { kept: `${what} ${id}` }),
})

export const ROOTED = { mode: '0644', owner: 'root', group: 'root' } as const
export const put = (
  path: string,
  content: Text,
  owned: Partial<typeof ROOTED | { mode: string; owner: string; group: string }> = {},
): Words => ({
  do: 'put',
  path,
  content,
  ...ROOTED,
  ...owned,
})
export const dir = (path: string, mode = '0755', owner = 'root', group = owner): Words => ({ do: 'dir', path, mode, owner, group })
export const remove = (path: string): Words => ({ do: 'remove', path })
export const install = (...packages: ReadonlyArray<string>): Words => ({ do: 'install', packages })
export const uninstall = (...packages: ReadonlyArray<string>): Words => ({ do: 'uninstall', packages })
export const addRule = (key: string, comment = 'deployer:demo'): Words => ({ do: 'rule add', rule: ruleIn(key), comment })
export const removeRule = (key: string): Words => ({ do: 'rule remove', rule: ruleIn(key) })
