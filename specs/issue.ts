/** Where something stands in a file that a person wrote. Lines and columns count from 1; `length` in characters of that line. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly col: number
  readonly length: number
}

/** A part of an excerpt: from which character on, counted from 0, and how many. */
export interface Caret {
  readonly from: number
  readonly length: number
}

export type Path = ReadonlyArray<string | number>

/** One problem with the input. `what` says what is; `expected` what would be right; neither ever holds a secret. */
export interface Issue {
  readonly code: IssueCode
  readonly level: 'error' | 'warning'
  readonly path: Path
  /** What else `what` speaks of; once read from a file, `what` ends with the line of that. */
  readonly other?: Path
  readonly place?: Place
  readonly what: string
  readonly expected?: string
  /** The line of the place, with values of secret fields and of unknown keys hidden. */
  readonly excerpt?: string
  /** What of the excerpt the issue is about; hiding moves things, so this is not always the place's column. */
  readonly caret?: Caret
}

/** Each code with its meaning, for `deployer explain` and docs/faults.md. A code never changes its meaning. */
export const ISSUES = {
  SYNTAX: 'The file is not well-formed YAML, TOML or JSON. Nothing of it was read.',
  KEY_DUPLICATE: 'A mapping says the same key twice. Which one counts would be a guess, so neither does: remove one.',
  ALIAS_LIMIT: 'The aliases of the file expand to more than 10,000 nodes. Write the values out, or alias less.',
  KEY_UNKNOWN: 'A key that this version does not know. A typing mistake would silently switch something off, so unknown keys are errors.',
  KEY_MISSING: 'A key that has no default and must be written.',
  VALUE_INVALID: 'A value of the wrong type or outside of what is possible.',
  VALUE_NULL:
    'A key with nothing behind it: what remains when the lines below it are commented out, or not indented. What belongs to it stands further right than it; {} stands for the defaults where it needs nothing.',
  UNIT_MISSING: 'A bare number where a unit belongs. Write the unit: 15s, 5m, 6h, 7d; 512MiB, 2GiB.',
  UNIT_AMBIGUOUS: 'A size in thousands where memory and disks count in 1024s. Write 2GiB, or the size meant in MiB.',
  CRON_INVALID: 'Not five cron fields: minute, hour, day of month, month, day of week.',
  BIND_STYLE: 'An address and port in one, as Compose and the predecessor write it. Here it is { port, bind }.',
  SECRET_LITERAL:
    'A secret stands in clear in a file that is meant to be committed. Refer to it: { env: NAME }, { file: path } or { command: [argv] }.',
  SECRET_SHELL_VARIABLE: 'A secret that starts with $: nothing here expands shell variables. Write { env: NAME }.',
  SECRET_SHORT:
    'A secret of fewer than 4 characters. Secrets are hidden wherever they surface, in messages, logs and what services say; hiding one so short would hide half of all that.',
  SECRET_EMPTY: 'An empty secret protects nothing.',
  TLS_MIXED: 'The tracker knows one proxy setting for all of its HTTP listeners, so all have TLS or none.',
  TLS_WITHOUT_CADDY: 'A domain on an HTTP service means TLS, which Caddy does. Add a caddy section, or tls: false.',
  CADDY_WITHOUT_TLS: 'There is a caddy section, but no service with a domain for it to serve.',
  DOMAIN_WITH_BIND: 'A service with TLS is reached through Caddy and publishes no port of its own, so bind says nothing.',
  DOMAIN_TWICE: 'A domain with TLS belongs to one service.',
  PRIVATE_UDP: 'A private tracker starts no UDP listener: BEP 15 carries no keys. Use listed: true, or HTTP listeners only.',
  LISTENER_MISSING: 'A tracker without any listener does nothing.',
  PORT_CONFLICT: 'Two services would publish the same port of the host.',
  HOST_KEY_NEW:
    'A server showed its host key for the first time, so nobody could tell whether it is the right one. The key is kept, and from then on another one stops everything. Compare the fingerprint with what the server itself says.',
  DATABASE_MISSING: 'tracker.database is mysql, which means the one that the mysql section runs; there is no such section.',
  DATABASE_UNUSED: 'There is a mysql section that nothing uses.',
  GRAFANA_WITHOUT_PROMETHEUS: 'Grafana shows what Prometheus collects; there is no prometheus section.',
  FIELD_MODELLED: 'A key in a config passthrough that has a field of its own. Two places for one value would fight.',
  PROVIDER_FIELD: 'A field that this provider does not have.',
  OVERRIDE_UNKNOWN:
    'A variable of the environment that looks like an override and names no field: DEPLOYER__, two underscores, then its path.',
  OVERRIDE_INVALID: 'A DEPLOYER__ variable of the environment whose value does not fit its field.',
  EXTENDS_CYCLE: 'Files that extend each other in a circle.',
  EXTENDS_MISSING: 'A file named by extends that cannot be read.',
  NAME_INVALID: 'Names of environments go into names of machines, networks and containers: a-z, 0-9 and dashes, at most 40.',
  IMAGE_UNKNOWN: 'An operating system that this tool is not made for: Debian 12 and 13, Ubuntu 22.04 and 24.04.',
  REBOOT_DURING_BACKUP: 'The host may reboot while its backup runs. Move one of the two.',
  PASSWORD_WEAK: 'A password that is on every list of common passwords.',
  FRAGMENT_INVALID:
    'A compose file that compose-stack.include names and that cannot be used: it cannot be read, or has a service, a network or a port of ours.',
  REFERENCE_UNREADABLE: 'A file that the environment file refers to cannot be read.',
  SECTION_LATER: 'A section that this version reads and checks, but cannot act on yet.',
} as const
export type IssueCode = keyof typeof ISSUES
