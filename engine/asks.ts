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
  /** For its containers among themselves: no way out, and no port of theirs is published by it. */
  readonly inside?: true
  readonly ipv6?: string
  readonly labels: { readonly [key: string]: string }
}

/** When a service that was started can be said to serve. */
export interface Ready {
  /** A command inside of its container that ends with 0 by then. */
  readonly asks?: ReadonlyArray<string>
  /** In its place, an address of http in the container's own network that answers well by then. Neither: what the image's own health check says, or that it still runs. */
  readonly answers?: string
  readonly seconds: number
  /** It is meant to end, and has done its work when it does so with 0. */
  readonly ends?: true
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
    /** Why it does not run, where it has not ended for good. */
    readonly instead?: 'paused' | 'restarting'
    /** One that nobody starts again by itself has come to its end, with exit code 0. */
    readonly ended?: true
    readonly health: 'healthy' | 'unhealthy' | 'starting' | 'none'
    readonly restarts: number
    readonly digest: string
    /** Those that it hangs on, sorted. */
    readonly networks: ReadonlyArray<string>
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
  /**
   * key: `databaseKey`: a server that some host of ours logs in to, asked over the network from that host; match: its user's password.
   * `tables` and `lacks` are of those that the key names.
   */
  readonly database: {
    /** Why nobody can work there as asked: it can't be reached, takes no such login, wants it encrypted, has no such database. */
    readonly refuses?: 'unreachable' | 'login' | 'encryption' | 'missing'
    /** What it or the network says to that. */
    readonly says?: string
    /** As it calls itself: `8.4.3`, `10.11.6-MariaDB`. */
    readonly version?: string
    /** Privileges that the user has not got on all of the database. */
    readonly lacks?: ReadonlyArray<string>
    /** Those that are there. */
    readonly tables: ReadonlyArray<string>
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
  /** Of a file only that it is there, and whose: its content stays where it is, however much that is. */
  readonly bare?: true
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
