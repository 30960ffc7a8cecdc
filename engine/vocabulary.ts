import type { Json } from '../specs/json.js'
import type { Ask, Asks, MachineSeen, Network, Owned, Probe, Ready, Rule, Text, Thing, Via } from './asks.js'

export type * from './asks.js'

/** A service of a compose file: its project, its name, and the folder of the file. */
interface ServiceOf {
  readonly project: string
  readonly service: string
  readonly root: string
}

/** What can be done, each with its words. */
export interface Does {
  /** Makes a machine and starts it; `userData` is cloud-init's. Never makes a second one of the same name. */
  readonly 'machine create': {
    readonly name: string
    readonly image: string
    readonly cpus: number
    readonly memory: number
    readonly disk: number
    readonly labels: { readonly [key: string]: string }
    readonly userData: Text
    /** What cloud-init makes of `userData` on the new host, as answers: nobody has to read it back. */
    readonly first: ReadonlyArray<Change>
    readonly extra: { readonly [key: string]: Json }
  }
  readonly 'machine update': Partial<Pick<MachineSeen, 'cpus' | 'memory' | 'disk' | 'running' | 'labels'>> & {
    readonly name: string
    /** All of it: what is left out from now on is taken back. */
    readonly extra?: { readonly [key: string]: Json }
    /** Stopped for the change, and started again if it ran: what is changed counts from its start on. */
    readonly restart?: true
  }
  readonly 'machine delete': { readonly name: string }
  /** Waits until the host answers over a new connection and cloud-init is done. What failed in a `first` boot fails the step. */
  readonly 'wait ready': { readonly seconds: number; readonly first?: true }
  /** Writes atomically; parents must be there. */
  readonly put: Owned & { readonly path: string; readonly content: Text }
  readonly dir: Owned & { readonly path: string }
  /** A file, or a directory with all that is in it; fine when it is gone already. */
  readonly remove: { readonly path: string }
  readonly install: { readonly packages: ReadonlyArray<string>; readonly upgrade?: boolean }
  readonly uninstall: { readonly packages: ReadonlyArray<string> }
  readonly unit: { readonly name: string; readonly active?: boolean; readonly enabled?: boolean; readonly again?: 'restart' | 'reload' }
  readonly user: { readonly name: string; readonly shell: string; readonly sudo: boolean; readonly keys: ReadonlyArray<string> }
  readonly 'user delete': { readonly name: string }
  readonly 'group add': { readonly user: string; readonly group: string }
  readonly 'group remove': { readonly user: string; readonly group: string }
  readonly sysctl: { readonly key: string; readonly value: string }
  readonly setting: { readonly key: 'timezone' | 'hostname'; readonly value: string }
  /** Makes the daemon do what its files say, its sockets included: afterwards it listens on exactly these ports. */
  readonly 'sshd load': { readonly ports: ReadonlyArray<number>; readonly passwords: boolean; readonly root: boolean }
  readonly firewall: Omit<Asks['firewall'], 'ipv6'> & { readonly ipv6: boolean }
  readonly 'rule add': { readonly rule: Rule; readonly comment: string }
  readonly 'rule remove': { readonly rule: Rule }
  readonly chain: { readonly name: string; readonly ipv4: ReadonlyArray<string>; readonly ipv6: ReadonlyArray<string> }
  /** Writes an undo that survives a reboot and fires unless `confirm` comes first: it puts back `things` as they are now. */
  readonly arm: {
    readonly name: string
    readonly seconds: number
    readonly things: ReadonlyArray<{ readonly what: Thing; readonly id: string }>
  }
  /** Over a new connection on this port; then the undo is taken away. Always a batch of its own. */
  readonly confirm: { readonly name: string; readonly port: number }
  /** Writes daemon.json and makes the engine run with it; if it does not come back, the old file does and the step fails. */
  readonly 'engine config': { readonly path: string; readonly content: Text; readonly config: { readonly [key: string]: Json } }
  /** Puts back what the ledger kept of a thing; takes it away where it was absent. */
  readonly restore: { readonly what: Thing; readonly id: string; readonly before: 'absent' | 'present'; readonly kept?: string }
  /** Made, or made again where one of this name is otherwise; containers in it lose it then. */
  readonly network: Network & { readonly name: string }
  readonly 'network remove': { readonly name: string }
  /** Begins to pull them, and waits for none: what `pull` then waits for is what is left of it. Nobody's trouble if it fails. */
  readonly fetch: { readonly images: ReadonlyArray<string>; readonly login?: string }
  /** `image` with its digest, `name:tag@sha256:…`; `login` is the folder of a docker configuration with credentials. */
  readonly pull: { readonly image: string; readonly login?: string }
  /**
   * Before anything stops: the compose file in `root` holds, the ports are nobody else's, and a throwaway container with empty
   * folders in place of `scratch` gets ready. Changes nothing.
   */
  readonly try: ServiceOf & {
    readonly ports: ReadonlyArray<string>
    readonly scratch: ReadonlyArray<string>
    /** Networks that it has to be in to get ready; left out: all of its own. */
    readonly reaches?: ReadonlyArray<string>
    readonly ready: Ready
    /** What runs in place of its own program and ends with 0, where a start with empty folders would take long or say little. */
    readonly instead?: ReadonlyArray<string>
  }
  /**
   * Makes the service's container again, given this digest, and waits until it is ready. Otherwise what ran before comes back,
   * with `files` as they were then, and the step fails. `opens`: what answers from then on: each `port`, and under the same key what
   * strangers get from an `announce`, `api` or `http` there, where it is not the usual.
   */
  readonly up: ServiceOf & {
    readonly image: string
    readonly digest: Text
    readonly files: ReadonlyArray<string>
    /** What it hangs on from then on, sorted. */
    readonly networks: ReadonlyArray<string>
    readonly ready: Ready
    /** It takes a second or more to end: the one before is told to while the new one is made, and is away no longer. */
    readonly lingers?: true
    readonly opens: ReadonlyArray<Change>
  }
  readonly down: { readonly project: string; readonly service: string }
  readonly signal: { readonly project: string; readonly service: string; readonly signal: string }
  /** Statements, done by root of the server in this container with whichever of the passwords in `folder` it takes. */
  readonly sql: {
    readonly project: string
    readonly service: string
    readonly folder: string
    readonly statement: Text
    /** What it makes of an account, by the key of the probe of that name; undefined: stays. */
    readonly account?: string
    /** Its password from now on; with `retains` the one before is taken, too, and nothing is done where this one is taken already. */
    readonly password?: Text
    /** Without a password: false discards the one before. */
    readonly retains?: boolean
    readonly grants?: ReadonlyArray<string>
    readonly databases?: ReadonlyArray<string>
  }
  readonly cron: { readonly path: string; readonly lines: ReadonlyArray<string> }
  /** The escape hatch: an argv, and the answers that it changes. */
  readonly run: { readonly argv: ReadonlyArray<Text>; readonly effects: ReadonlyArray<Change> }
}
export type Do = keyof Does

interface Common {
  readonly via: Via
  /** Not repeatable: when this probe answers present, the step has happened already. */
  readonly done?: Probe
  readonly mutex?: 'packages'
}
export type StepOf<D extends Do> = Common & { readonly do: D } & Does[D]
/** One change to the world, as data: printable in a plan, performed by a channel. */
export type Step = { [D in Do]: StepOf<D> }[Do]

/** One answer that a step changes; undefined: absent from then on. */
export type Change = { [A in Ask]: { readonly ask: A; readonly key: string; readonly to: Asks[A] | undefined } }[Ask]

/** Whether there is a place of a secret in it. */
export const hasHoles = (text: Text): boolean => typeof text !== 'string' && text.some(part => typeof part !== 'string')

/** How a rule is known: the same rule has the same key. */
export const ruleKey = ({ allow, port, proto, from }: Rule): string =>
  `${allow ? 'allow' : 'deny'} ${port}/${proto}${from === 'any' ? '' : ` from ${from}`}`

/** The rule that a firewall has no room for beside this one. */
export const oppositeKey = (key: string): string => (key.startsWith('allow ') ? key.replace('allow', 'deny') : key.replace('deny', 'allow'))
