import type { Encoder } from '../specs/encode.js'
import type { Json } from '../specs/json.js'

/** `kind.name`: the one identity of a resource everywhere. */
export type Addr = `${string}.${string}`

/** Through what a probe is asked or a step acts: this machine, the provider, or a resource (vm.main: its host; docker.main: its engine). */
export type Via = 'operator' | 'provider' | Addr

export type { Encoder }

/** The place of a secret in a text: the only form of a secret outside channels. */
export type Hole =
  | { readonly secret: string; readonly as: ReadonlyArray<Encoder> }
  /** Keyed with the host's salt, computed where secrets are revealed. */
  | { readonly digest: ReadonlyArray<Text> }
export type Text = string | ReadonlyArray<string | Hole>

export interface Owned {
  readonly mode: string
  readonly owner: string
  readonly group: string
}

/** A network of containers; `ipv6` is its subnet there, if it has any. */
export interface Network {
  readonly bridge: string
  readonly ipv6?: string
  readonly labels: { readonly [key: string]: string }
}

/** When a service that was started can be said to serve. */
export interface Ready {
  /** A command inside of its container that ends with 0 by then; without one, what the image's own health check says, or that it still runs. */
  readonly asks?: ReadonlyArray<string>
  readonly seconds: number
}

/** One machine as its provider describes it. Sizes in bytes. */
export interface MachineSeen {
  readonly id: string
  readonly image: string
  readonly type?: string
  readonly cpus: number
  readonly memory: number
  readonly disk: number
  readonly running: boolean
  readonly addresses: ReadonlyArray<string>
  readonly labels: { readonly [key: string]: string }
  readonly config: { readonly [key: string]: Json }
}

/** A rule as the packet filter holds it: `from` is `any` (both families) or a network; `0.0.0.0/0` and `::/0` are all of one family. */
export interface Rule {
  readonly allow: boolean
  readonly port: string
  readonly proto: 'tcp' | 'udp'
  readonly from: string
}

/**
 * Every question there is, with the shape of its answer. A probe is `{ ask, key, via }`; the key says which one of its sort.
 * An answer is either absent (the thing is not there) or one of these.
 */
export interface Asks {
  /** key: the instance's name at the provider. */
  readonly machine: MachineSeen
  /** key: a path. `content` unless the probe carries `match`; then `same` says whether the file holds exactly that. */
  readonly file: Owned & { readonly content?: string; readonly same?: boolean }
  /** key: a path. */
  readonly dir: Owned
  /** key: a package's name. */
  readonly package: { readonly version: string }
  /** key: a unit's full name, `ssh.service`. A masked one can't be started or enabled by anybody. */
  readonly unit: { readonly active: boolean; readonly enabled: boolean; readonly masked?: true }
  /** key: a user's name. `keys` are whole lines of authorized_keys; `sudo`: may become root without a prompt. */
  readonly user: {
    readonly shell: string
    readonly groups: ReadonlyArray<string>
    readonly sudo: boolean
    readonly keys: ReadonlyArray<string>
  }
  /** key: `user/group`: that the user is in the group. Held apart from the user, whose keys others may change. */
  readonly member: { readonly user: string; readonly group: string }
  /** key: the kernel's name of a setting, `net.core.rmem_max`; the value that is in force, not the one on disk. */
  readonly sysctl: { readonly value: string }
  /** key: `timezone` or `hostname`. */
  readonly setting: { readonly value: string }
  /** key: `sshd`. What the running daemon does, judged by its listening sockets and `sshd -T`. */
  readonly sshd: { readonly ports: ReadonlyArray<number>; readonly passwords: boolean; readonly root: boolean }
  /** key: `ufw`. */
  readonly firewall: {
    readonly active: boolean
    readonly incoming: 'allow' | 'deny' | 'reject'
    readonly outgoing: 'allow' | 'deny' | 'reject'
    readonly routed: 'allow' | 'deny' | 'reject' | 'disabled'
    readonly ipv6: boolean
  }
  /** key: `ruleKey(rule)`. `comment` is how a rule of ours is known. */
  readonly rule: Rule & { readonly comment: string }
  /**
   * key: `ufw`: every rule, ours and others', in its order. `behind`: one before it refuses all that it allows. `others` are those
   * that say more than a `Rule` can, in words.
   */
  readonly rules: {
    readonly rules: ReadonlyArray<Rule & { readonly comment: string; readonly behind?: string }>
    readonly others?: ReadonlyArray<string>
  }
  /** key: a chain's name: the rules that keep Docker's published ports behind the firewall, as `iptables -S` words for each family. */
  readonly chain: { readonly ipv4: ReadonlyArray<string>; readonly ipv6: ReadonlyArray<string> }
  /** key: `docker`, via the docker resource's host. `config` is what the running engine has loaded. */
  readonly engine: { readonly version: string; readonly compose: string; readonly config: { readonly [key: string]: Json } }
  /** key: a port and protocol, `6969/udp`: who listens on the host; `inside`: only for the host itself. */
  readonly port: { readonly process: string; readonly inside?: true }
  /** key: `ssh`: whether a new connection gets in with the pinned key. */
  readonly login: { readonly user: string; readonly port: number }
  /** key: the undo's name: armed and not yet confirmed. */
  readonly undo: { readonly seconds: number }
  /** key: a container network's name. */
  readonly network: Network
  /**
   * key: `project/service`. `digest` is the keyed digest that it was started with; `same`, where the probe carries `match`,
   * whether it is the digest of that. Health as the engine tells it.
   */
  readonly container: {
    readonly image: string
    readonly running: boolean
    readonly health: 'healthy' | 'unhealthy' | 'starting' | 'none'
    readonly restarts: number
    readonly digest: string
    readonly same?: boolean
  }
  /** key: an image reference: present when the engine has it. */
  readonly image: { readonly digest: string }
  /**
   * key: `accountKey`, via the server's resource. Which of the passwords that lie on the host, in `folder/user` and `folder/user.next`,
   * the server takes from the user, and whether that is the wanted one, which is `match`.
   */
  readonly account: {
    readonly accepts: 'wanted' | 'previous' | 'neither'
    /** The file with the one that it takes. */
    readonly by?: 'current' | 'next'
    /** It takes the one before, too, until that is discarded. */
    readonly retains?: true
    /** `ALL PRIVILEGES ON \`tracker\`.*`, sorted. */
    readonly grants: ReadonlyArray<string>
    /** All that the server has, but its own. */
    readonly databases: ReadonlyArray<string>
  }
  /** key: a path of a schedule file: loaded by cron. */
  readonly cron: { readonly lines: ReadonlyArray<string> }
  /** key: a URL, asked on the host, or by the operator's machine of one of ours (`serviceKey`). */
  readonly http: { readonly status: number; readonly body: string; readonly milliseconds?: number }
  /**
   * key: `announceKey`, asked by the operator's machine. Two peers of a torrent that nobody knows announce themselves, the second is told
   * of the first, a scrape counts both, and they leave again. match: the API's token, where it is needed.
   */
  readonly announce: {
    /** Whether the tracker took them; otherwise `says` is what it said. */
    readonly taken: boolean
    readonly says?: string
    readonly interval?: number
    /** The first one's address as the tracker tells it: its own, or another; undefined: it tells of nobody. */
    readonly known?: 'own' | string
    /** Whether the scrape counts them. */
    readonly scraped?: boolean
    /** How long an announce took. */
    readonly milliseconds?: number
  }
  /** key: `serviceKey` of a page that takes a token, asked by the operator's machine; match: the token. Whether it opens, and with a wrong one. */
  readonly api: { readonly right: boolean; readonly wrong: boolean; readonly status: number; readonly milliseconds?: number }
  /** key: `openKey`, asked by the operator's machine: which of the ports answer from outside. */
  readonly open: { readonly open: ReadonlyArray<string> }
}
export type Ask = keyof Asks

export type ProbeOf<A extends Ask> = {
  readonly ask: A
  readonly key: string
  readonly via: Via
  readonly match?: Text
  /** Owners of a file or dir as numbers, for what belongs to a user of an image: the host may call that number something else. */
  readonly numeric?: true
}
/** A question to the world, as data. */
export type Probe = { [A in Ask]: ProbeOf<A> }[Ask]

/** What a resource can hold in the world; its state is what the probe of the same name answers. */
export type Thing =
  | 'machine'
  | 'file'
  | 'dir'
  | 'package'
  | 'unit'
  | 'user'
  | 'member'
  | 'sysctl'
  | 'setting'
  | 'sshd'
  | 'engine'
  | 'firewall'
  | 'rule'
  | 'chain'
  | 'network'
  | 'container'
  | 'image'
  | 'account'
  | 'cron'

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
  /** `image` with its digest, `name:tag@sha256:…`; `login` is the folder of a docker configuration with credentials. */
  readonly pull: { readonly image: string; readonly login?: string }
  /**
   * Before anything stops: the compose file in `root` holds, the ports are nobody else's, and a throwaway container with empty
   * folders in place of `scratch` gets ready. Changes nothing.
   */
  readonly try: ServiceOf & {
    readonly ports: ReadonlyArray<string>
    readonly scratch: ReadonlyArray<string>
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
    readonly ready: Ready
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
    /** Its password from now on; with `retains` the one before is taken, too. */
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

/** How a rule is known: the same rule has the same key. */
export const ruleKey = ({ allow, port, proto, from }: Rule): string =>
  `${allow ? 'allow' : 'deny'} ${port}/${proto}${from === 'any' ? '' : ` from ${from}`}`

/** The rule that a firewall has no room for beside this one. */
export const oppositeKey = (key: string): string => (key.startsWith('allow ') ? key.replace('allow', 'deny') : key.replace('deny', 'allow'))
