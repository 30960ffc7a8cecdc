import type { Issue, Path, Place } from './issue.js'
import type { Json } from './json.js'
import { didYouMean } from './near.js'

/** An expected failure, as facts. Its words are in the table; a new failure is a new member with a row. */
/** What became of a service whose new container failed: what ran before serves again, or was put back in vain, or there was nothing. */
export type After = 'back' | 'broken' | 'gone'

/** About somebody else's database server, which the file names at `path`; `place` is where that stands. */
interface InFile {
  readonly at: string
  readonly path: Path
  readonly place?: Place
}

export type Fault =
  // the environment file
  | { readonly code: 'FILE_MISSING'; readonly file?: string; readonly folder: string; readonly meant?: string }
  | { readonly code: 'FILE_UNREADABLE'; readonly file: string; readonly why: string }
  | { readonly code: 'FILE_NOT_A_FILE'; readonly file: string }
  | { readonly code: 'FILE_TOO_LARGE'; readonly file: string; readonly bytes: number; readonly limit: number }
  | { readonly code: 'FILE_NOT_UTF8'; readonly place: Place }
  | { readonly code: 'FILE_AMBIGUOUS'; readonly folder: string; readonly files: ReadonlyArray<string> }
  | { readonly code: 'FILE_EXISTS'; readonly file: string }
  | { readonly code: 'FOLDER_TAKEN'; readonly folder: string }
  | { readonly code: 'FILE_FORMAT_UNKNOWN'; readonly file: string }
  | { readonly code: 'FILE_UNWRITABLE'; readonly file: string; readonly why: string }
  | { readonly code: 'SPEC_INVALID'; readonly file: string; readonly issues: ReadonlyArray<Issue> }
  | { readonly code: 'GRAPH_CYCLE'; readonly path: ReadonlyArray<string> }
  // images
  | { readonly code: 'LOCK_INVALID'; readonly file: string; readonly line: number; readonly why: string }
  | { readonly code: 'IMAGE_UNPINNED'; readonly image: string; readonly because: Fault }
  | { readonly code: 'IMAGE_MISSING'; readonly image: string; readonly tried: ReadonlyArray<string> }
  | { readonly code: 'REGISTRY_REFUSED'; readonly image: string; readonly tried: ReadonlyArray<string> }
  | { readonly code: 'REGISTRY_UNREACHABLE'; readonly image: string; readonly tried: ReadonlyArray<string> }
  | { readonly code: 'REGISTRY_INVALID'; readonly image: string; readonly tried: ReadonlyArray<string> }
  // secrets
  | { readonly code: 'SECRET_UNAVAILABLE'; readonly secret: string; readonly from: string; readonly why: string }
  | { readonly code: 'SECRET_LOST'; readonly secret: string }
  | { readonly code: 'SECRET_UNKNOWN'; readonly secret: string; readonly known: ReadonlyArray<string> }
  | { readonly code: 'KEY_UNUSABLE'; readonly from: string; readonly why: string }
  | { readonly code: 'KEY_WRONG'; readonly from: string }
  // the state
  | { readonly code: 'STATE_NEWER'; readonly file: string; readonly version: number; readonly known: number }
  | { readonly code: 'STATE_CORRUPT'; readonly file: string; readonly why: string; readonly backup?: string }
  | { readonly code: 'STATE_UNUSABLE'; readonly file: string; readonly why: string }
  | { readonly code: 'STATE_NAME_TAKEN'; readonly environment: string; readonly file: string; readonly by: string }
  | {
      readonly code: 'LOCKED'
      readonly environment: string
      readonly by: string
      readonly host: string
      readonly pid: number
      readonly since: string
      readonly command: string
    }
  | { readonly code: 'LOCK_LOST'; readonly environment: string }
  | { readonly code: 'RUN_UNKNOWN'; readonly run: string; readonly known: ReadonlyArray<number> }
  | { readonly code: 'ENVIRONMENT_UNKNOWN'; readonly environment: string; readonly known: ReadonlyArray<string> }
  | { readonly code: 'ADDR_UNKNOWN'; readonly addr: string; readonly known: ReadonlyArray<string> }
  // the world
  | { readonly code: 'PROVIDER_LATER'; readonly provider: string }
  | { readonly code: 'PROVIDER_FAILED'; readonly provider: string; readonly why: string }
  | {
      readonly code: 'PROVIDER_LACKS'
      readonly provider: string
      readonly what: string
      readonly name: string
      readonly known: ReadonlyArray<string>
    }
  | { readonly code: 'PROVIDER_CANNOT'; readonly provider: string; readonly what: string; readonly why: string }
  | { readonly code: 'LXD_MISSING'; readonly places: ReadonlyArray<string> }
  | { readonly code: 'LXD_DOWN'; readonly at: string; readonly why: string }
  | { readonly code: 'LXD_FORBIDDEN'; readonly socket: string; readonly group: string }
  | { readonly code: 'LXD_UNTRUSTED'; readonly url: string; readonly why: string }
  | { readonly code: 'REMOTE_UNKNOWN'; readonly remote: string; readonly known: ReadonlyArray<string> }
  | { readonly code: 'MACHINE_IMAGE_MISSING'; readonly provider: string; readonly image: string; readonly why: string }
  | { readonly code: 'MACHINE_PROTECTED'; readonly machine: string; readonly setting: string }
  | { readonly code: 'MACHINE_SILENT'; readonly machine: string; readonly network: string; readonly seconds: number }
  | { readonly code: 'MACHINE_MISSING'; readonly addr: string }
  | { readonly code: 'MACHINE_STOPPED'; readonly machine: string }
  | { readonly code: 'NO_SHELL'; readonly provider: string }
  | { readonly code: 'COMMAND_LOST'; readonly host: string; readonly command: string }
  | { readonly code: 'SERVICE_UNKNOWN'; readonly service: string; readonly known: ReadonlyArray<string> }
  | { readonly code: 'NOT_BEFORE'; readonly via: string }
  | { readonly code: 'UNREACHABLE'; readonly host: string; readonly why: string }
  | { readonly code: 'CONNECTION_LOST'; readonly host: string; readonly addr: string }
  | { readonly code: 'NOT_CONFIRMED'; readonly host: string; readonly port: number; readonly why: string; readonly undone: boolean }
  | { readonly code: 'CONNECTION_DROPPED'; readonly host: string; readonly why: string }
  | { readonly code: 'HOST_UNKNOWN'; readonly host: string; readonly why: string }
  | { readonly code: 'HOST_NO_ROUTE'; readonly host: string; readonly port: number }
  | { readonly code: 'HOST_REFUSED'; readonly host: string; readonly port: number }
  | { readonly code: 'HOST_TIMEOUT'; readonly host: string; readonly port: number; readonly seconds: number }
  | {
      readonly code: 'HOST_KEY_CHANGED'
      readonly host: string
      readonly file: string
      readonly known?: ReadonlyArray<string>
      readonly shown?: string
    }
  | { readonly code: 'HOST_SILENT'; readonly host: string; readonly seconds: number }
  | { readonly code: 'HOST_WAY_BROKEN'; readonly host: string; readonly why: string }
  | { readonly code: 'HOST_STARTING'; readonly host: string }
  | { readonly code: 'LOGIN_REFUSED'; readonly host: string; readonly user: string /** It was let in before. */; readonly ours?: true }
  | { readonly code: 'LOGIN_KEY_LOCKED'; readonly host: string; readonly key: string }
  | { readonly code: 'LOGIN_KEY_MISSING'; readonly key: string }
  | { readonly code: 'LOGIN_KEY_OPEN'; readonly key: string }
  | { readonly code: 'SSH_MISSING'; readonly why: string }
  | { readonly code: 'SUDO_REFUSED'; readonly host: string; readonly user: string; readonly why: string }
  | { readonly code: 'LOOK_FAILED'; readonly host: string; readonly ask: string; readonly why: string }
  | { readonly code: 'HOST_LATER'; readonly what: string }
  | { readonly code: 'HOST_BUSY'; readonly host: string; readonly environment: string; readonly addr: string; readonly run: number }
  /** `for`: the service that would listen there; without one, sshd. */
  | {
      readonly code: 'PORT_TAKEN'
      readonly host: string
      readonly port: number
      readonly by: string
      readonly proto?: 'tcp' | 'udp'
      readonly for?: string
      readonly after?: After
    }
  | { readonly code: 'PORT_MOVES'; readonly port: string; readonly from: string; readonly to: string }
  | {
      readonly code: 'CONFIG_REFUSED'
      readonly host: string
      readonly service: string
      readonly exit?: number
      readonly seconds?: number
      readonly log: ReadonlyArray<string>
    }
  | {
      readonly code: 'CONTAINER_CRASH_LOOP'
      readonly host: string
      readonly service: string
      readonly times: number
      readonly exit: number
      readonly log: ReadonlyArray<string>
      readonly after: After
    }
  | {
      readonly code: 'CONTAINER_UNREADY'
      readonly host: string
      readonly service: string
      readonly seconds: number
      readonly log: ReadonlyArray<string>
      readonly after: After
    }
  | {
      readonly code: 'CONTAINER_UNSTARTABLE'
      readonly host: string
      readonly service: string
      readonly log: ReadonlyArray<string>
      readonly after: After
    }
  | { readonly code: 'REGISTRY_UNTRUSTED'; readonly image: string; readonly tried: ReadonlyArray<string> }
  | { readonly code: 'HOST_UNSUPPORTED'; readonly host: string; readonly os: string }
  | { readonly code: 'IPV6_MISSING'; readonly host: string }
  | {
      readonly code: 'HOST_FILE_INVALID'
      readonly host: string
      readonly file: string
      readonly line: number
      readonly col: number
      readonly why: string
    }
  | { readonly code: 'PERMISSION_DENIED'; readonly host: string; readonly what: string }
  | { readonly code: 'DISK_FULL'; readonly where: string; readonly path?: string }
  | { readonly code: 'READ_ONLY'; readonly host: string; readonly path?: string }
  | { readonly code: 'CLOCK_WRONG'; readonly host: string; readonly seconds: number }
  | { readonly code: 'BOOT_FAILED'; readonly host: string; readonly output: string }
  | { readonly code: 'PACKAGES_LOCKED'; readonly host: string; readonly by?: string }
  | { readonly code: 'PACKAGES_BROKEN'; readonly host: string; readonly packages: ReadonlyArray<string>; readonly output: string }
  | { readonly code: 'PACKAGE_UNAVAILABLE'; readonly host: string; readonly packages: ReadonlyArray<string>; readonly why: string }
  | { readonly code: 'ARCHIVE_UNREACHABLE'; readonly host: string; readonly archive: string; readonly why: string }
  | { readonly code: 'ARCHIVE_UNTRUSTED'; readonly host: string; readonly archive: string; readonly why: string }
  | { readonly code: 'STEP_FAILED'; readonly host: string; readonly step: string; readonly output: string }
  | { readonly code: 'FENCED'; readonly host: string; readonly fence: number; readonly newer: number }
  | {
      readonly code: 'DATABASE_REFUSED'
      readonly at?: string
      readonly user?: string
      readonly why: string
      readonly path?: Path
      readonly place?: Place
    }
  | ({ readonly code: 'DATABASE_UNREACHABLE'; readonly host: string; readonly why: string } & InFile)
  | ({ readonly code: 'DATABASE_ENCRYPTED'; readonly user: string } & InFile)
  | ({ readonly code: 'DATABASE_UNKNOWN'; readonly database: string; readonly why: string } & InFile)
  | ({
      readonly code: 'DATABASE_PRIVILEGES'
      readonly user: string
      readonly database: string
      readonly lacks: ReadonlyArray<string>
    } & InFile)
  | ({ readonly code: 'DATABASE_OLD'; readonly version: string; readonly least: string } & InFile)
  | { readonly code: 'DATA_NEWER'; readonly addr: string; readonly path: string; readonly has: string; readonly wanted: string }
  | { readonly code: 'NOT_OURS'; readonly what: string; readonly id: string; readonly by?: string }
  | { readonly code: 'KIND_UNKNOWN'; readonly addr: string }
  // plans and runs
  | { readonly code: 'PLAN_MOVED'; readonly expected: string; readonly found: string; readonly moved: ReadonlyArray<string> }
  | {
      readonly code: 'DATA_LOSS'
      readonly addrs: ReadonlyArray<string>
      readonly accepted: ReadonlyArray<string>
      readonly fingerprint: string
    }
  | { readonly code: 'DELETES_MANY'; readonly deletes: number; readonly managed: number }
  | { readonly code: 'PROTECTED'; readonly addrs: ReadonlyArray<string> }
  | { readonly code: 'ANSWER_NEEDED'; readonly question: string; readonly flag: string }
  | { readonly code: 'DECLINED'; readonly question: string; readonly why?: string }
  | { readonly code: 'NOT_CONVERGED'; readonly addr: string; readonly remains: ReadonlyArray<string> }
  | {
      readonly code: 'RUN_INCOMPLETE'
      readonly environment: string
      readonly done: number
      readonly failed: number
      readonly skipped: number
      readonly run: number
      readonly first?: Fault
    }
  | {
      readonly code: 'INTERRUPTED'
      readonly environment: string
      readonly done: number
      /** Begun, and perhaps half done. */
      readonly leftOff: ReadonlyArray<string>
      readonly notBegun: number
      /** The command that goes on from here. */
      readonly again: string
    }
  | { readonly code: 'NOT_SERVING'; readonly at: string; readonly why: string }
  | { readonly code: 'NO_IPV6_HERE' }
  | { readonly code: 'TEST_FAILED'; readonly environment: string; readonly failed: ReadonlyArray<string> }
  | { readonly code: 'CHECK_FAILED'; readonly checks: ReadonlyArray<string> }
  // the command line
  | { readonly code: 'USAGE'; readonly why: string; readonly usage: string }
  | { readonly code: 'CODE_UNKNOWN'; readonly asked: string; readonly near: ReadonlyArray<string> }
  | { readonly code: 'BUG'; readonly message: string; readonly report?: string }

export type FaultCode = Fault['code']
type Of<C extends FaultCode> = Extract<Fault, { code: C }>

/**
 * `retry`: 'soon' for what passes by itself (the engine looks again and goes on, with backoff, until a deadline);
 * 'never' for what is wrong. `refuses`: exit code 4 while nothing has changed.
 */
export interface Row<C extends FaultCode> {
  readonly retry: 'never' | 'soon'
  /** Seconds after which it has passed, if it passes by itself at all. */
  readonly within?: number
  readonly refuses?: true
  readonly says: (fault: Of<C>) => string
  readonly hint: (fault: Of<C>) => string
  /** For `deployer explain` and docs/faults.md: what it means and what to do, in a few sentences. */
  readonly explains: string
}

const spanOf = (seconds: number): string => {
  const [unit, name] = (
    [
      [86_400, 'days'],
      [3600, 'hours'],
      [60, 'minutes'],
    ] as const
  ).find(([length]) => seconds >= 2 * length) ?? [1, 'seconds']
  return `${Math.round(seconds / unit)} ${name}`
}

/** As it has to be typed. */
const shellWord = (text: string): string => (/^[\w@%+=:,./~-]+$/.test(text) ? text : `'${text.replace(/'/g, "'\\''")}'`)

const last = 'The state is as it was.'
const list = (words: ReadonlyArray<string>): string => (words.length === 0 ? 'none' : words.join(', '))

/** What is wrong with a file and those that it extends, then what is wrong with each variable that overrides it. */
export const bySource = (
  file: string,
  issues: ReadonlyArray<Issue>,
): ReadonlyArray<readonly [name: string, issues: ReadonlyArray<Issue>]> => {
  const variableOf = ({ place }: Issue): string => (place?.file.startsWith('$') === true ? place.file : file)
  const names = [...new Set([file, ...issues.map(variableOf)])]
  return names.map(name => [name, issues.filter(issue => variableOf(issue) === name)])
}

/** A container's own words, below the sentence. */
const withLog = (sentence: string, log: ReadonlyArray<string>): string => [sentence, ...log].join('\n')
const refusalOf = ({ exit, seconds }: Of<'CONFIG_REFUSED'>): string => {
  if (exit !== undefined) return `ends with its new configuration, exit code ${exit}`
  return seconds === undefined
    ? 'cannot be started with its new configuration'
    : `does not get ready with its new configuration in ${seconds} s`
}
const AFTER: { readonly [A in After]: (service: string) => string } = {
  back: service => `What ran before is back, with its files as they were, and ${service} serves again.`,
  broken: service => `What ran before was put back, but does not get ready either: ${service} does not serve.`,
  gone: service => `Nothing of ${service} ran here before, so its container was taken down.`,
}

const isUntouched = ({ done, leftOff }: Of<'INTERRUPTED'>): boolean => done === 0 && leftOff.length === 0
const leftBy = (fault: Of<'INTERRUPTED'>): string => {
  if (isUntouched(fault)) return 'nothing was changed'
  const { done, leftOff, notBegun } = fault
  const half = leftOff.length === 0 ? '' : `; ${leftOff.join(', ')} ${leftOff.length === 1 ? 'was' : 'were'} begun and may be half done`
  return `${done} done, ${notBegun} not begun${half}`
}

export const FAULTS: { readonly [C in FaultCode]: Row<C> } = {
  FILE_MISSING: {
    retry: 'never',
    says: f => (f.file === undefined ? `no environment file in ${f.folder} or a folder above` : `there is no file ${f.file}`),
    hint: f => {
      if (f.meant !== undefined) return `${f.file} is what ${f.meant} calls its environment: name the file ${f.meant} instead`
      return f.file === undefined ? 'Write one with: deployer init' : 'Check the path, or write one with: deployer init'
    },
    explains:
      'Commands that need an environment look for environment.yaml, .yml, .toml or .json in the current folder and above. Another file is named as an argument or with -f.',
  },
  FILE_UNREADABLE: {
    retry: 'never',
    says: f => `${f.file} cannot be read: ${f.why}`,
    hint: f => `See who may read it: ls -l ${f.file}`,
    explains: 'The file is there, but the operating system refuses to read it.',
  },
  FILE_NOT_A_FILE: {
    retry: 'never',
    says: f => `${f.file} is a folder, not a file`,
    hint: f => `Name the file in it, such as ${f.file.replace(/\/$/, '')}/environment.yaml`,
    explains: 'An environment is one file; the folder around it has the state, the lock file and what the file refers to.',
  },
  FILE_TOO_LARGE: {
    retry: 'never',
    says: f => `${f.file} has ${f.bytes} bytes; at most ${f.limit} are read`,
    hint: () => 'Check that this is the file you meant',
    explains: 'Environment files are small. A larger file is almost certainly another one, and reading it could take all memory.',
  },
  FILE_NOT_UTF8: {
    retry: 'never',
    says: f => `${f.place.file}:${f.place.line}:${f.place.col} is not valid UTF-8`,
    hint: () => 'Save the file as UTF-8',
    explains: 'Text in another encoding could be read as something else than what was meant.',
  },
  FILE_AMBIGUOUS: {
    retry: 'never',
    says: f => `${f.folder} has more than one environment file: ${f.files.join(', ')}`,
    hint: f => `Say which one: deployer plan ${f.files[0] ?? 'FILE'}`,
    explains: 'Two files with the default name in one folder: which one is meant would be a guess.',
  },
  FILE_EXISTS: {
    retry: 'never',
    refuses: true,
    says: f => `${f.file} is there already; it was left as it is`,
    hint: f => `See what it says with: deployer validate ${f.file}`,
    explains: 'No command overwrites a file that a person may have written.',
  },
  FOLDER_TAKEN: {
    retry: 'never',
    refuses: true,
    says: f => `there is something in ${f.folder} that render did not write; all of it was left as it is`,
    hint: () => 'Name a folder that is new or empty: deployer render --out rendered',
    explains: 'render empties the folder that it writes to of what it wrote there before, so it takes no folder with anything else in it.',
  },
  FILE_FORMAT_UNKNOWN: {
    retry: 'never',
    says: f => `${f.file} is neither .yaml, .yml, .toml nor .json`,
    hint: () => 'Rename the file after the format that it is in',
    explains: 'The format of an environment file is told by its ending.',
  },
  FILE_UNWRITABLE: {
    retry: 'never',
    says: f => `${f.file} cannot be written: ${f.why}`,
    hint: () => 'Check that its folder is there, its permissions and the free space',
    explains: 'The operating system refuses to write the file. What was there before is unchanged.',
  },
  SPEC_INVALID: {
    retry: 'never',
    says: f =>
      bySource(f.file, f.issues)
        .filter(([, issues]) => issues.length > 0)
        .map(([name, issues]) => `${name} has ${issues.length} ${issues.length === 1 ? 'problem' : 'problems'}`)
        .join(', '),
    hint: () => 'See all fields with: deployer schema',
    explains: 'The file was read, and something in it is not as it should be. Every problem is listed with its place.',
  },
  GRAPH_CYCLE: {
    retry: 'never',
    says: f => `these need each other in a circle: ${f.path.join(' -> ')}`,
    hint: () => 'Take away one of these dependencies',
    explains: 'Resources are made in the order of their dependencies. A circle has no first one.',
  },
  LOCK_INVALID: {
    retry: 'never',
    says: f => `${f.file}:${f.line}: ${f.why}`,
    hint: () => 'Mend that line or take it out. What the file lacks is looked up again, and apply adds it',
    explains:
      'The lock file beside the environment file says what each image is pinned to: image: sha256:..., one a line. A line that says something else could hide what would run, so nothing of the file is used until it is right.',
  },
  IMAGE_UNPINNED: {
    retry: 'never',
    says: f => `an image is not pinned: ${saysOf(f.because)}`,
    hint: f => hintOf(f.because),
    explains:
      'What runs must be what was reviewed, so apply takes no tag whose digest is unknown. The lock file does not have it, or --upgrade asked to look again, and no registry could say it. A digest in the environment file, name:tag@sha256:..., needs no registry.',
  },
  IMAGE_MISSING: {
    retry: 'never',
    says: f => `there is no ${f.image} (${f.tried.join('; ')})`,
    hint: () => 'Check its name and its tag in the environment file',
    explains: 'The registry answered that it has no image of this name, or none with this tag. Mirrors were asked before it.',
  },
  REGISTRY_REFUSED: {
    retry: 'never',
    says: f => `nobody gives ${f.image} (${f.tried.join('; ')})`,
    hint: () => 'Check its name. If it is private, put user and password of its registry into docker.registries',
    explains:
      'The registry lets nobody see this image without a login, or not with this one. Some, Docker Hub among them, say the same of an image that is not there.',
  },
  REGISTRY_UNREACHABLE: {
    retry: 'soon',
    within: 60,
    says: f => `nobody can be asked for ${f.image} (${f.tried.join('; ')})`,
    hint: () => 'Try again when it answers, or name a mirror that does in docker.mirrors',
    explains:
      'Which digest a tag stands for is asked by the machine that deployer runs on: first the mirrors, in their order, then the registry. None of them had it, and the registry gave no answer.',
  },
  REGISTRY_INVALID: {
    retry: 'never',
    says: f => `nobody gives a sensible answer for ${f.image} (${f.tried.join('; ')})`,
    hint: () => 'Check that a registry answers there, and not something before it such as a login page',
    explains: 'What answers does not speak as registries do, or its answer does not have the digest that it promises.',
  },
  SECRET_UNAVAILABLE: {
    retry: 'never',
    says: f => `the secret ${f.secret} cannot be had from ${f.from}: ${f.why}`,
    hint: () => 'Make it available there and run the same command again',
    explains: 'A secret is referred to by an environment variable, a file or a command of this machine, and that has no value to give.',
  },
  SECRET_LOST: {
    retry: 'never',
    refuses: true,
    says: f => `the generated secret ${f.secret} is not in the state, though what it protects exists`,
    hint: () =>
      'Read it back from the host: deployer state rebuild. Where it does not stand there, put the state back from a backup (ls .deployer/backups), or raise its version in the file to have a new one made: { generate: 32, version: 2 }',
    explains:
      'A generated secret is kept sealed in the state. Where the state does not have it any more it is read back from the host, and there it was not found either. A new one could lock out what still uses the old one, so none is made unless the file asks for it.',
  },
  SECRET_UNKNOWN: {
    retry: 'never',
    says: f => `there is no secret ${f.secret}; known: ${list(f.known)}`,
    hint: () => 'See them with: deployer secret list',
    explains: 'Secrets are named by their path in the environment file, such as tracker.api.admin_token.',
  },
  KEY_UNUSABLE: {
    retry: 'never',
    says: f => `the key for sealed secrets in ${f.from} is unusable: ${f.why}`,
    hint: () => 'A key is 32 bytes as 64 hexadecimal digits or in base64, readable by you alone (chmod 600)',
    explains:
      'Secrets in the state are sealed with AES-256-GCM. The key comes from DEPLOYER_KEY, from the file that DEPLOYER_KEY_FILE names, or from a file made once in your configuration folder.',
  },
  KEY_WRONG: {
    retry: 'never',
    says: f => `the key in ${f.from} does not open the secrets of this state`,
    hint: () =>
      'Use the key that sealed them, in DEPLOYER_KEY or DEPLOYER_KEY_FILE. If it is lost, move .deployer away, then: deployer state rebuild',
    explains: 'The state was sealed with another key, or its secrets were changed by somebody. Nothing was overwritten.',
  },
  STATE_NEWER: {
    retry: 'never',
    says: f => `${f.file} has format ${f.version}; this version of deployer knows ${f.known}`,
    hint: () => 'Use the newer deployer that wrote it',
    explains: 'An older program could destroy what a newer one has written, so it does not touch the file.',
  },
  STATE_CORRUPT: {
    retry: 'never',
    says: f => `${f.file} is damaged: ${f.why}`,
    hint: f =>
      f.backup === undefined
        ? `Move it away, then: deployer state rebuild`
        : `Put the newest backup back: mv ${f.file} ${f.file}.damaged; rm -f ${f.file}-wal ${f.file}-shm; cp ${f.backup} ${f.file}. Or move the file away, then: deployer state rebuild`,
    explains:
      'The state file is not a sound SQLite database. Nothing was written to it. The state holds identities and history; the hosts themselves are unharmed.',
  },
  STATE_UNUSABLE: {
    retry: 'never',
    says: f => `the state ${f.file} cannot be used: ${f.why}`,
    hint: () => 'Check the permissions and the free space of its folder',
    explains: 'The state file or its folder cannot be read or written.',
  },
  STATE_NAME_TAKEN: {
    retry: 'never',
    refuses: true,
    says: f => `the state here keeps an environment ${f.environment} for ${f.by}; ${f.file} has the same name`,
    hint: () => 'Change the line with name: in one of the two files',
    explains: 'Two files beside one state must not claim to be the same environment: each would delete what the other made.',
  },
  LOCKED: {
    retry: 'never',
    refuses: true,
    says: f => `${f.environment} is locked by ${f.by} on ${f.host} (pid ${f.pid}), ${f.command}, since ${f.since}`,
    hint: () => 'Wait for it. If that process is certainly gone: deployer state unlock',
    explains:
      'One run at a time changes an environment. Locks of processes that are gone are recognised and taken over by themselves when they are of this machine.',
  },
  LOCK_LOST: {
    retry: 'never',
    says: f => `the lock on ${f.environment} was taken by somebody else while this run was going on`,
    hint: () => 'See who: deployer history. Then run the same command again',
    explains: 'Every write carries the number of its lock. A newer lock refuses older writers, so that two runs cannot mix.',
  },
  RUN_UNKNOWN: {
    retry: 'never',
    says: f => `there is no run ${f.run}; known: ${list(f.known.map(String))}`,
    hint: () => 'See them with: deployer history',
    explains: 'Runs are numbered in each state from 1.',
  },
  ENVIRONMENT_UNKNOWN: {
    retry: 'never',
    says: f => `the state has no environment ${f.environment}; known: ${list(f.known)}`,
    hint: () => 'See them with: deployer list',
    explains: 'The state knows an environment from its first apply on.',
  },
  ADDR_UNKNOWN: {
    retry: 'never',
    says: f => `there is no resource ${f.addr}; known: ${list(f.known)}`,
    hint: () => 'See them with: deployer state list',
    explains: 'Resources are named kind.name, such as vm.main.',
  },
  PROVIDER_LATER: {
    retry: 'never',
    says: f => `this version cannot reach machines of the provider ${f.provider} yet`,
    hint: () => 'To try it on a simulated host: provider: sandbox',
    explains: 'The environment file may already name the provider, and is checked; planning and applying come with a later version.',
  },
  PROVIDER_FAILED: {
    retry: 'soon',
    says: f => `the provider ${f.provider} failed: ${f.why}`,
    hint: () => 'Run the same command again; what was done is kept',
    explains: 'The provider was asked and answered with a failure of its own.',
  },
  PROVIDER_LACKS: {
    retry: 'never',
    refuses: true,
    says: f => `${f.provider} has no ${f.what} ${f.name}; known: ${list(f.known)}`,
    hint: f => `Name one that is there in the section provider, or make the ${f.what} first`,
    explains: 'The file names something that has to be at the provider already: a project, a profile, a network, a storage pool.',
  },
  PROVIDER_CANNOT: {
    retry: 'never',
    refuses: true,
    says: f => `${f.provider} cannot ${f.what}: ${f.why}`,
    hint: () => 'Change the file to what it can, or take the machine down and make it anew: deployer destroy, deployer apply',
    explains:
      'The provider was asked for something that it does not do here, such as a virtual machine without the support for it, or a change that a machine only gets when it is made. The machine is as it was.',
  },
  LXD_MISSING: {
    retry: 'never',
    refuses: true,
    says: f => `neither LXD nor Incus is here: there is no socket at ${f.places.join(', ')}`,
    hint: () =>
      'Install one (apt install lxd, snap install lxd or apt install incus), or say where it is: provider.socket or provider.remote',
    explains:
      'LXD and Incus are spoken to over a socket of this machine, or over the network. Without one there is nothing that could make machines.',
  },
  LXD_DOWN: {
    retry: 'soon',
    says: f => `nobody answers at ${f.at}: ${f.why}`,
    hint: () => 'Start it: systemctl start lxd, snap start lxd or systemctl start incus',
    explains: 'The socket or the address of LXD or Incus is there, and the daemon behind it is not running or is just being started again.',
  },
  LXD_FORBIDDEN: {
    retry: 'never',
    refuses: true,
    says: f => `you may not speak to LXD at ${f.socket}`,
    hint: f => `Become a member of its group and log in again: sudo usermod -aG ${f.group} "$USER"`,
    explains: 'The socket belongs to a group. Membership counts from the next login on; newgrp gives it to one shell at once.',
  },
  LXD_UNTRUSTED: {
    retry: 'never',
    refuses: true,
    says: f => `${f.url} and this machine do not trust each other: ${f.why}`,
    hint: () =>
      'Introduce them with: lxc remote add NAME URL (or incus remote add). Then name it: provider.remote. Or give its certificate: provider.remote.server_certificate',
    explains:
      "Over the network LXD and Incus know clients by their certificates, and we know a server by the certificate that the file gives or lxc's own configuration keeps of it, or by a certificate authority of this machine. A server that shows another one is not spoken to.",
  },
  REMOTE_UNKNOWN: {
    retry: 'never',
    refuses: true,
    says: f => `there is no usable remote ${f.remote} in the configuration of lxc or incus; known: ${list(f.known)}`,
    hint: () => 'See them with: lxc remote list, or incus remote list',
    explains:
      'A remote is named as the command line of LXD or Incus knows it, in its config.yml. Only remotes with a client certificate can be used.',
  },
  MACHINE_IMAGE_MISSING: {
    retry: 'never',
    says: f => `${f.provider} cannot get the image ${f.image}: ${f.why}`,
    hint: f => `Fetch it by hand to see why: lxc image copy images:${f.image}/cloud local: --alias ${f.image}`,
    explains:
      'An image is looked for among the local ones, by alias and fingerprint, and then at the image server that lxc calls images. The one with cloud-init is needed.',
  },
  MACHINE_SILENT: {
    retry: 'soon',
    says: f => `${f.machine} has no address on ${f.network} after ${f.seconds} s`,
    hint: f => `See what it does: lxc console ${f.machine} --show-log. Its network needs DHCP or router advertisements`,
    explains: 'A machine runs, and its network interface got no address. Without one there is nothing to connect to.',
  },
  MACHINE_PROTECTED: {
    retry: 'never',
    refuses: true,
    says: f => `${f.machine} is protected against being deleted, by ${f.setting}`,
    hint: f => `If it may go: lxc config set ${f.machine} ${f.setting}=false, and out of provider.config and the profiles with it`,
    explains: 'LXD and Incus keep a machine with this setting, whoever asks. It was left as it is, running or not.',
  },
  MACHINE_MISSING: {
    retry: 'never',
    says: f => `${f.addr} is not there`,
    hint: () => 'Make it with: deployer apply',
    explains: 'The machine that something should be asked on does not exist.',
  },
  MACHINE_STOPPED: {
    retry: 'soon',
    within: 15,
    says: f => `the machine ${f.machine} is there, and stopped`,
    hint: () => 'Start it with: deployer apply',
    explains: 'Nobody can log in to a machine that does not run. A plan shows that it is stopped, and apply starts it.',
  },
  NO_SHELL: {
    retry: 'never',
    says: f => `the host of ${f.provider} is simulated: it has no shell to log in to, and no logs`,
    hint: () => 'What is there, the plan tells: deployer plan --steps',
    explains: 'A simulated host only answers the questions and performs the steps that the deployer has. No program runs on it.',
  },
  COMMAND_LOST: {
    retry: 'never',
    says: f => `the connection to ${f.host} was lost while ${f.command} ran there`,
    hint: () => 'Look at what it has done before running it again: it may have ended, or go on',
    explains: 'The command was begun on the host, and the connection ended before its exit code came back.',
  },
  SERVICE_UNKNOWN: {
    retry: 'never',
    says: f => `there is no service ${f.service} here; known: ${list(f.known)}`,
    hint: f => didYouMean(f.service, f.known) ?? 'Without a service the tracker is shown, with host the machine itself: deployer logs host',
    explains: 'Logs can be shown of what this version handles on a host.',
  },
  NOT_BEFORE: {
    retry: 'never',
    says: f => `cannot be asked before ${f.via} is there`,
    hint: () => 'It is asked as soon as that is there',
    explains: 'A question can only be asked through something that exists. Until then the plan predicts from the file.',
  },
  UNREACHABLE: {
    retry: 'soon',
    says: f => `${f.host} cannot be reached: ${f.why}`,
    hint: () => 'Nothing is assumed about it. Try again when it can be reached',
    explains: 'The host exists but does not answer. What cannot be asked is unknown, and nothing is created or deleted because of it.',
  },
  NOT_CONFIRMED: {
    retry: 'never',
    says: f =>
      `after the change ${f.host} lets no new connection in at port ${f.port} (${f.why}); ${f.undone ? 'it has put back what was there before' : 'it puts back what was there before, within a minute'}`,
    hint: () => 'Look at ssh.port, firewall.ssh_from, and at rules and networks between here and the host; then run deployer apply again',
    explains:
      'Changes that could cut us off, to the firewall or to the port of ssh, stay only if a new connection gets in after them. Otherwise the host undoes them by itself, also after a reboot.',
  },
  CONNECTION_LOST: {
    retry: 'soon',
    says: f => `the connection to ${f.host} was lost during ${f.addr}`,
    hint: () => 'deployer apply looks at what was done, and goes on',
    explains:
      'What the host did with the steps that were under way is unknown until it is asked again; a batch on a host survives its connection.',
  },
  CONNECTION_DROPPED: {
    retry: 'soon',
    says: f => `the connection to ${f.host} was dropped${f.why === '' ? '' : `: ${f.why}`}`,
    hint: () =>
      'Run the same command again. If logins were refused just before, wait a minute: its sshd lets nobody from here in for so long',
    explains:
      'The connection ended before the host had answered: a network that drops it, an sshd that is started again, or one that has seen too many refused logins from this address and closes every connection for some time (sshd of Debian 13 does). Nothing is assumed about what it would have said.',
  },
  HOST_UNKNOWN: {
    retry: 'never',
    says: f => `there is no host ${f.host}: ${f.why}`,
    hint: () => 'Check the name in the environment file, and the name server of this machine',
    explains: 'The name of the host has no address, so nothing could be connected to.',
  },
  HOST_NO_ROUTE: {
    retry: 'soon',
    says: f => `there is no route to ${f.host}, port ${f.port}`,
    hint: () => 'Check that the machine runs, and the network between here and there',
    explains:
      'The network says that packets do not get to this address: the machine is off, its address is another one, or a network is down.',
  },
  HOST_REFUSED: {
    retry: 'soon',
    says: f => `${f.host} refuses connections on port ${f.port}`,
    hint: () => 'See that sshd runs there and listens on this port; ssh.port names it',
    explains: 'The machine answers, and nothing listens on the port of ssh. A machine that is just starting does so for some seconds.',
  },
  HOST_TIMEOUT: {
    retry: 'soon',
    says: f => `${f.host} did not answer on port ${f.port} within ${f.seconds} s`,
    hint: () => 'Check that the machine runs, and that no firewall on the way drops the connection',
    explains: 'Packets were sent and nothing came back: the machine is off or unreachable, or a firewall drops what is sent to this port.',
  },
  HOST_KEY_CHANGED: {
    retry: 'never',
    refuses: true,
    says: f =>
      `${f.host} shows another host key than the one that is known${f.shown === undefined ? '' : `: ${f.shown}`}${f.known === undefined ? '' : `, not ${f.known.join(' or ')}`}`,
    hint: f =>
      `Compare it with, on the host: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub\nIf the machine was really made anew, forget the old key: ssh-keygen -f ${shellWord(f.file)} -R ${f.host}`,
    explains:
      'The key of a host is kept when it is first seen. Another key means that the machine was replaced, or that somebody stands in between. Nothing was sent.',
  },
  HOST_SILENT: {
    retry: 'soon',
    says: f => `${f.host} let us in and then said nothing for ${f.seconds} s`,
    hint: () => 'See what hangs there: deployer ssh. For a slow host, raise ssh.timeout: an answer may take six times as long',
    explains:
      'The login worked and then nothing came: a disk that does not answer, a shell that asks something when it starts, or a machine under far too much load. Nothing is assumed about what it would have said.',
  },
  HOST_WAY_BROKEN: {
    retry: 'soon',
    says: f => `the way to ${f.host} leads through another host or program, which fails: ${f.why}`,
    hint: f => `It is set in ~/.ssh/config. Try it by hand, which also lets a new jump host be trusted: ssh ${f.host} true`,
    explains: 'ssh goes through a jump host or a ProxyCommand of its configuration, and that ended before the host itself had answered.',
  },
  HOST_STARTING: {
    retry: 'soon',
    says: f => `${f.host} is still starting and lets nobody in`,
    hint: () => 'Wait some seconds',
    explains: 'A machine that starts answers to ssh before users may log in.',
  },
  LOGIN_REFUSED: {
    retry: 'never',
    says: f => `${f.host} does not let ${f.user} in with the keys that are offered`,
    hint: f =>
      `Check ssh.user and ssh.key, and that the public key is in authorized_keys there${f.ours ? '\nThis machine was set up with others: put back what they were. A new key goes into ssh.authorized_keys first, and after apply into ssh.key' : ''}`,
    explains:
      'The host answers, and accepts none of the keys for this user. On a machine that is being made the user may not be there yet.',
  },
  LOGIN_KEY_LOCKED: {
    retry: 'never',
    says: f => `the key ${f.key} has a passphrase and no agent holds it; ${f.host} lets nobody in without it`,
    hint: f => `Give it to the agent: ssh-add ${f.key}`,
    explains: 'Nothing asks for a passphrase in the middle of a run, so a key with one has to be in the agent of ssh.',
  },
  LOGIN_KEY_MISSING: {
    retry: 'never',
    says: f => `there is no key ${f.key}`,
    hint: () => 'Name another one in ssh.key, or leave it out where the machine exists: ssh then uses its agent and its own configuration',
    explains: 'The file that ssh.key names is not there, so nobody can be logged in with it.',
  },
  LOGIN_KEY_OPEN: {
    retry: 'never',
    says: f => `the key ${f.key} can be read by others, so ssh does not use it`,
    hint: f => `Close it: chmod 600 ${f.key}`,
    explains: 'ssh ignores private keys that anybody but their owner can read.',
  },
  SSH_MISSING: {
    retry: 'never',
    says: f => `ssh cannot be started on this machine: ${f.why}`,
    hint: () => 'Install OpenSSH, such as with: apt install openssh-client',
    explains: 'Hosts are spoken to with the ssh of this machine, its configuration and its agent.',
  },
  SUDO_REFUSED: {
    retry: 'never',
    says: f => `${f.user} cannot become root on ${f.host} without being asked: ${f.why}`,
    hint: f => `Allow it there: echo '${f.user} ALL=(ALL) NOPASSWD:ALL' | sudo tee /etc/sudoers.d/${f.user}`,
    explains: 'Looking at a host and changing it needs root. The login user has to have sudo, without a password.',
  },
  LOOK_FAILED: {
    retry: 'soon',
    says: f => `${f.host} did not say how its ${f.ask} is: ${f.why}`,
    hint: () => 'Nothing is assumed about it. Run the same command again',
    explains: 'The host was asked and the asking itself failed there. What is not known is neither created nor deleted.',
  },
  HOST_LATER: {
    retry: 'never',
    says: f => `this version cannot ${f.what} on a real host yet`,
    hint: () => 'To try it on a simulated host: provider: sandbox',
    explains: 'The simulated host knows more than real ones can be asked to do so far.',
  },
  HOST_BUSY: {
    retry: 'soon',
    says: f => `${f.host} is still working on ${f.addr} of ${f.environment} (run ${f.run})`,
    hint: () => 'Wait for it to end and run the same command again',
    explains: 'Steps that were sent run to their end on the host, even when the connection or the deployer that sent them is gone.',
  },
  PORT_MOVES: {
    retry: 'never',
    refuses: true,
    says: f => `port ${f.port} is ${f.from}'s until that restarts, and ${f.to}, which starts before, is to listen there`,
    hint: f => `Take it from ${f.from} first, without giving it to ${f.to}, and apply; then give it to ${f.to}, and apply again`,
    explains:
      'Services of your own start before those that deployer makes, which may use them. So a port that moves from one of the latter to one of yours is free only once both were applied one after the other. The other way round it is one apply.',
  },
  PORT_TAKEN: {
    retry: 'never',
    refuses: true,
    says: f => {
      const port = f.proto === undefined ? `port ${f.port}` : `port ${f.port}/${f.proto}`
      return `${port} of ${f.host} is used by ${f.by === '' ? 'another process' : f.by}, and ${f.for ?? 'ssh'} is to ${f.for === undefined ? 'move' : 'listen'} there`
    },
    hint: f =>
      f.for === undefined
        ? 'Give ssh.port another value, or end what listens there'
        : `Give ${f.for} another port, or end what listens there${f.after === undefined ? '' : `\n${AFTER[f.after](f.for)}`}`,
    explains:
      'Nobody can listen where somebody else does, be it a process or the container of another service. Nothing was moved or stopped, and what listened before goes on working.',
  },
  CONFIG_REFUSED: {
    retry: 'never',
    refuses: true,
    says: f => withLog(`${f.service} ${refusalOf(f)}; nothing on ${f.host} was stopped`, f.log),
    hint: () => 'Mend what it says, then run the same command again',
    explains:
      'Before a running container is stopped, what would replace it is started beside it, without its ports and its data. It ended, did not get ready, or could not be made; nothing was stopped.',
  },
  CONTAINER_CRASH_LOOP: {
    retry: 'never',
    says: f => withLog(`${f.service} on ${f.host} ended ${f.times === 1 ? 'once' : `${f.times} times`}, exit code ${f.exit}`, f.log),
    hint: f => `${AFTER[f.after](f.service)}\nMend what it says, then: deployer apply`,
    explains:
      'The new container started and ended, again and again. What ran before is put back with its files and has to get ready again; a first container is taken down.',
  },
  CONTAINER_UNREADY: {
    retry: 'never',
    says: f => withLog(`${f.service} on ${f.host} runs, but was not ready after ${f.seconds} s`, f.log),
    hint: f => `${AFTER[f.after](f.service)}\nMend what it says, then: deployer apply`,
    explains:
      'The new container runs, but what has to be true of it did not come true in time. What ran before is put back with its files and has to get ready again; a first container is taken down.',
  },
  CONTAINER_UNSTARTABLE: {
    retry: 'never',
    says: f => withLog(`the container of ${f.service} on ${f.host} cannot be started`, f.log),
    hint: f => `${AFTER[f.after](f.service)}\nMend what it says, then: deployer apply`,
    explains: 'The engine or Compose refused to make the container, or to start it. What ran before is put back with its files.',
  },
  REGISTRY_UNTRUSTED: {
    retry: 'never',
    says: f => `nobody who can be trusted gives ${f.image} (${f.tried.join('; ')})`,
    hint: () => "Give the host the authority of the registry's certificate, or correct its clock",
    explains:
      'The registry was reached, but its certificate is none that the host trusts, or it speaks without TLS. Somebody may stand in between, so nothing is taken from it.',
  },
  IPV6_MISSING: {
    retry: 'never',
    refuses: true,
    says: f => `${f.host} has no IPv6 address, and compose-stack.ipv6 is required`,
    hint: () => 'Give the machine an address, or write ipv6: auto, which checks IPv6 where there is any',
    explains: 'With ipv6: required a host that nobody can reach over IPv6 is refused before anything is changed there.',
  },
  HOST_UNSUPPORTED: {
    retry: 'never',
    refuses: true,
    says: f => `${f.host} runs ${f.os}`,
    hint: () => 'Supported are Debian 12 and 13, Ubuntu 22.04 and 24.04',
    explains: 'The steps are made for and tested on these systems only.',
  },
  HOST_FILE_INVALID: {
    retry: 'never',
    refuses: true,
    says: f => `${f.host}:${f.file}:${f.line}:${f.col} is broken: ${f.why}`,
    hint: f => `Mend it there: deployer ssh, then sudoedit ${f.file}. Then run the same command again`,
    explains:
      'A file of the host that others write too, such as the settings of Docker, cannot be read as what it should be. A new one would lose what it says, so nothing is written before a person has mended or removed it.',
  },
  PERMISSION_DENIED: {
    retry: 'never',
    says: f => `${f.host} does not permit it: ${f.what}`,
    hint: () => 'The login user needs sudo without a password there',
    explains: 'The host refused a step for lack of rights.',
  },
  DISK_FULL: {
    retry: 'never',
    says: f => `the disk is full: ${f.where}${f.path === undefined ? '' : `, in ${f.path}`}`,
    hint: () => 'Make space, then run the same command again',
    explains: 'Nothing more could be written. What was written is whole: files are replaced atomically and the state is transactional.',
  },
  READ_ONLY: {
    retry: 'never',
    says: f => `${f.host} has a read-only file system${f.path === undefined ? '' : `: ${f.path}`}`,
    hint: () => 'See why: deployer ssh, then findmnt -t nosquashfs -O ro; sudo dmesg. Then run the same command again',
    explains:
      'Something had to be written where the host writes nothing. A disk with errors is mounted read-only by the kernel, which the log of the kernel tells; some providers do so when a quota is used up.',
  },
  CLOCK_WRONG: {
    retry: 'never',
    says: f => `the clock of ${f.host} is ${spanOf(Math.abs(f.seconds))} ${f.seconds > 0 ? 'ahead of' : 'behind'} the one here`,
    hint: () => 'Set it: deployer ssh, then sudo timedatectl set-ntp true. Then run the same command again',
    explains:
      "Package archives and certificates are valid for a time, and by the host's clock that time is over or has not come. A container has the clock of the machine that it runs on.",
  },
  BOOT_FAILED: {
    retry: 'never',
    says: f => `the first boot of ${f.host} ended with errors${f.output === '' ? '' : `: ${f.output}`}`,
    hint: () => 'deployer apply goes on and sets up by itself what it needs. To see what failed: sudo cloud-init status --long',
    explains:
      "A new machine makes its user, lets our key in and closes ssh to passwords as cloud-init tells it when it starts for the first time. The image's own part of that, or the provider's, failed. What we need is looked at and made again, so the next apply goes on.",
  },
  PACKAGES_LOCKED: {
    retry: 'soon',
    says: f => `${f.by ?? 'another process'} holds the package manager of ${f.host}`,
    hint: () => 'Usually unattended upgrades; it ends by itself. Else see what it does: deployer ssh, then ps -ef',
    explains:
      'Only one process can install packages at a time. It is waited for, some minutes in all; what then still holds it is named with its number.',
  },
  PACKAGES_BROKEN: {
    retry: 'never',
    says: f =>
      `the package manager of ${f.host} cannot finish ${f.packages.length === 0 ? 'what it began' : list(f.packages)}${f.output === '' ? '' : `: ${f.output}`}`,
    hint: () => 'Mend it there: deployer ssh, then sudo dpkg --configure -a; sudo apt-get -f install. Then: deployer apply',
    explains:
      'A package was left half installed, and its own script fails. What was only interrupted is finished by itself before anything is installed; this was tried, and it failed again.',
  },
  PACKAGE_UNAVAILABLE: {
    retry: 'never',
    says: f => `${f.host} cannot install ${list(f.packages)}: ${f.why}`,
    hint: f => `See what it knows: deployer ssh, then apt-cache policy ${f.packages.join(' ')}; apt-mark showhold`,
    explains:
      "The archives that the host knows don't have the package, or it needs another one that is held back at its version (apt-mark hold) or pinned. Nothing that a person holds back is moved.",
  },
  ARCHIVE_UNREACHABLE: {
    retry: 'soon',
    within: 120,
    says: f => `${f.host} cannot get packages from ${f.archive}: ${f.why}`,
    hint: () => "Check the host's network, name server and proxy, and that the archive is up",
    explains:
      'The host was told to fetch packages, and the archive could not be reached or did not have what its own index names. It is tried again for two minutes.',
  },
  ARCHIVE_UNTRUSTED: {
    retry: 'never',
    says: f => `${f.host} does not trust the packages of ${f.archive}: ${f.why}`,
    hint: f => `See which of its sources names it: deployer ssh, then grep -r ${f.archive} /etc/apt`,
    explains:
      'An archive is not signed, or not with the key that the host trusts for it: somebody stands in between, its key was changed, or two of the sources of apt name it with different keys. Nothing is installed from it.',
  },
  STEP_FAILED: {
    retry: 'never',
    says: f => `${f.host}: ${f.step} failed${f.output === '' ? '' : `: ${f.output}`}`,
    hint: () => 'Mend the cause, then go on with: deployer apply',
    explains: 'The host performed a step and it failed. Steps before it are done and are not repeated.',
  },
  FENCED: {
    retry: 'never',
    says: f => `${f.host} has been changed under a newer lock (${f.newer}) than this run's (${f.fence})`,
    hint: () => 'Somebody else runs the same environment. Plan again',
    explains: 'The host itself refuses a late writer, also between two checkouts of one environment.',
  },
  DATABASE_REFUSED: {
    retry: 'never',
    refuses: true,
    says: f => `the database ${f.at === undefined ? '' : `at ${f.at} `}refuses ${f.user ?? 'whoever asks'}: ${f.why}`,
    hint: f =>
      f.user === 'root'
        ? 'Put the password that root really has into the file of root there, or give root the one of the environment file'
        : 'Check host, name, user and password of the database in the environment file, and what that user may do there',
    explains:
      "A login to the database failed, or may not do what is needed, in the server's own words. What ran before goes on as it was. The passwords of a server that deployer runs lie beside its data, readable by root alone; one that somebody changed by hand is not known there.",
  },
  DATABASE_UNREACHABLE: {
    retry: 'never',
    refuses: true,
    says: f => `${f.host} cannot reach the database at ${f.at}: ${f.why}`,
    hint: f =>
      `Expected a MySQL server there that ${f.host} may speak to. Check host and port in the environment file, whether the server runs, and the firewalls between the two`,
    explains:
      'The server is asked from the host that the tracker runs on, since that is the way that counts: its names, its routes, its address. Refused means that nobody listens there, no answer that something in between drops the packets. Nothing was changed for it.',
  },
  DATABASE_ENCRYPTED: {
    retry: 'never',
    refuses: true,
    says: f => `the database at ${f.at} lets ${f.user} in over encrypted connections alone, and the tracker makes none`,
    hint: f =>
      `There, for this user: ALTER USER '${f.user}'@... REQUIRE NONE; for the whole server: require_secure_transport = OFF. Keep the two in a network of their own`,
    explains:
      'Either the server has require_secure_transport, or the user is to REQUIRE SSL. The tracker logs in without encryption; its password does not go over the network in clear even so, but what is stored does.',
  },
  DATABASE_UNKNOWN: {
    retry: 'never',
    refuses: true,
    says: f => `the server at ${f.at} has no database ${f.database}: ${f.why}`,
    hint: f => `Make it there: CREATE DATABASE \`${f.database}\` CHARACTER SET utf8mb4; or name another one in the environment file`,
    explains: 'On a server of somebody else deployer makes nothing: the database and its user have to be there before.',
  },
  DATABASE_PRIVILEGES: {
    retry: 'never',
    refuses: true,
    says: f => `${f.user} may not ${f.lacks.join(', ')} in the database ${f.database} at ${f.at}`,
    hint: f =>
      `There, as whoever may: GRANT ${f.lacks.join(', ')} ON \`${f.database}\`.* TO '${f.user}'@...; if the database is not there: CREATE DATABASE \`${f.database}\``,
    explains:
      'At each start the tracker makes the tables that are not there, and then reads, adds, changes and deletes rows. To a user who may do nothing in a database a server does not even say whether it exists.',
  },
  DATABASE_OLD: {
    retry: 'never',
    refuses: true,
    says: f => `the database at ${f.at} is of version ${f.version}; the tracker needs ${f.least} or later`,
    hint: () => 'Upgrade that server, or name another one in the environment file',
    explains: 'Older versions of MySQL get no mends of security any more, and nobody tries the tracker with them.',
  },
  DATA_NEWER: {
    retry: 'never',
    refuses: true,
    says: f => `the data of ${f.addr} in ${f.path} belongs to version ${f.has}, and ${f.wanted} cannot read it`,
    hint: f => `Name an image of version ${f.has} or later, or put a backup from before the upgrade back`,
    explains:
      'A database server upgrades its own tables at its first start on older data, and an older server refuses them from then on. Nothing was stopped. Besides a backup there is no way back to an older version.',
  },
  NOT_OURS: {
    retry: 'never',
    refuses: true,
    says: f => `${f.what} ${f.id} is there and ${f.by === undefined ? 'not made by deployer' : `belongs to ${f.by}`}`,
    hint: () => 'Take it away or choose another name; nothing foreign is taken over',
    explains: 'What one resource must hold alone is in the world already and carries no mark of this environment.',
  },
  KIND_UNKNOWN: {
    retry: 'never',
    says: f => `the host or the state has a resource ${f.addr}, of a kind that this version does not know`,
    hint: () => 'Use the newer deployer that made it',
    explains: 'A resource that nothing asks for any more would be taken away, but only the version that knows its kind can do that right.',
  },
  PLAN_MOVED: {
    retry: 'never',
    refuses: true,
    says: f => `the plan is no longer ${f.expected} but ${f.found}${f.moved.length === 0 ? '' : `: ${f.moved.join('; ')}`}`,
    hint: () => 'Review it again: deployer plan',
    explains: 'The file or the world changed since the plan was reviewed, so what would be done is not what was agreed to.',
  },
  DATA_LOSS: {
    retry: 'never',
    refuses: true,
    says: f => {
      const spared = f.accepted.filter(addr => !f.addrs.includes(addr))
      return `this would lose data of ${f.addrs.join(', ')}${spared.length === 0 ? '' : `, but not of ${spared.join(', ')}`}`
    },
    hint: f => `If that is meant, ${f.accepted.length === 0 ? 'add' : 'give exactly'}: --accept-loss ${f.addrs.join(',')}`,
    explains: 'Data that cannot be made again is only destroyed when exactly its resources are named with --accept-loss.',
  },
  DELETES_MANY: {
    retry: 'never',
    refuses: true,
    says: f => `this would delete ${f.deletes} of ${f.managed} managed resources`,
    hint: () => 'If that is meant, add: --accept-deletes. To take everything down: deployer destroy',
    explains:
      'A file that lost most of its content would take most of the environment with it. Such a plan wants to be confirmed on purpose.',
  },
  PROTECTED: {
    retry: 'never',
    refuses: true,
    says: f => `${f.addrs.join(', ')} ${f.addrs.length === 1 ? 'is' : 'are'} protected and would be deleted or replaced`,
    hint: () => 'Set protect: false in the file and apply that first',
    explains: 'protect: true outlives its line in the file: only an applied protect: false lifts it.',
  },
  ANSWER_NEEDED: {
    retry: 'never',
    refuses: true,
    says: f => `a question needs an answer and there is no terminal: ${f.question}`,
    hint: f => `Answer it with ${f.flag}`,
    explains: 'Questions are only asked where a person can answer them.',
  },
  DECLINED: {
    retry: 'never',
    refuses: true,
    says: f => f.why ?? 'nothing was changed',
    hint: () => last,
    explains: 'The question was answered with no. Nothing was changed.',
  },
  NOT_CONVERGED: {
    retry: 'never',
    says: f => `${f.addr} was changed, and is still not as wanted: ${f.remains.join('; ')}`,
    hint: () => 'See what differs with: deployer plan',
    explains: 'After each task the host is asked again. What still differs is a failure, never a success.',
  },
  RUN_INCOMPLETE: {
    retry: 'never',
    says: f => `${f.environment}: ${f.done} done, ${f.failed} failed, ${f.skipped} skipped`,
    hint: () => 'Go on, after a fix: deployer apply',
    explains: 'Some tasks failed and what needs them was skipped. What was done stays; the next apply goes on from there.',
  },
  INTERRUPTED: {
    retry: 'never',
    says: f => `${f.environment} was interrupted; ${leftBy(f)}`,
    hint: f => `${isUntouched(f) ? 'To begin again' : 'Go on with'}: ${f.again}`,
    explains:
      'Ctrl-C once ends a run after the current steps, twice at once; at a question it means no. The same command goes on from where it ended.',
  },
  NOT_SERVING: {
    retry: 'soon',
    says: f => `${f.at}: ${f.why}`,
    hint: () => 'See what the service says: deployer logs. What each check asks stands in docs/checks.md',
    explains:
      'A service was asked from this computer, as its users would, and did not answer as its protocol wants. Either it does not run, or something between here and there lets nothing through, or it answers what clients would not understand.',
  },
  NO_IPV6_HERE: {
    retry: 'never',
    says: () => 'this computer has no IPv6',
    hint: () => 'From a computer with IPv6: deployer test',
    explains:
      'The machine has IPv6, and this computer has no way to such addresses. Whether the service answers over IPv6 cannot be tried from here, so those checks are skipped.',
  },
  TEST_FAILED: {
    retry: 'never',
    says: f => `${f.environment} does not work: ${f.failed.join('; ')}`,
    hint: () => 'See what differs with: deployer plan. What each check asks stands in docs/checks.md',
    explains:
      'deployer test asks all checks of all that is as the file says, and changes nothing. What is not there at all counts as failed; what differs because the file changed is left out, since apply would change it.',
  },
  CHECK_FAILED: {
    retry: 'never',
    says: f => `everything is as wanted, but does not work: ${f.checks.join('; ')}`,
    hint: () => 'Try again with: deployer test\nWhat it says itself: deployer logs tracker',
    explains:
      'After a run the service itself is tried. A failed check fails the run, and the next apply tries again, also when nothing is left to change.',
  },
  USAGE: {
    retry: 'never',
    says: f => f.why,
    hint: f => `Usage: ${f.usage}`,
    explains: 'The command line is not one that this version understands.',
  },
  CODE_UNKNOWN: {
    retry: 'never',
    says: f => `there is no code ${f.asked}${f.near.length === 0 ? '' : `; did you mean ${f.near.join(' or ')}?`}`,
    hint: () => 'See them all with: deployer explain',
    explains: 'Codes are written in capitals, as in the messages.',
  },
  BUG: {
    retry: 'never',
    says: f => `this is a bug in deployer: ${f.message}`,
    hint: f => (f.report === undefined ? 'Please report it' : `Please report it with ${f.report}`),
    explains: 'Something happened that should be impossible. The details are in the log file.',
  },
}

const rowOf = (fault: Fault): Row<FaultCode> => FAULTS[fault.code] as Row<FaultCode>

export const saysOf = (fault: Fault): string => rowOf(fault).says(fault as never)
export const hintOf = (fault: Fault): string => rowOf(fault).hint(fault as never)
export const retryOf = (fault: Fault): 'never' | 'soon' => rowOf(fault).retry
/** Undefined: as long as anything is waited for. */
export const withinOf = (fault: Fault): number | undefined => rowOf(fault).within
export const isRefusal = (fault: Fault): boolean => rowOf(fault).refuses === true

/** For JSON: the facts, and the words made of them. */
export const faultValue = (fault: Fault): Json => {
  const { code, ...facts } = fault
  return { code, says: saysOf(fault), hint: hintOf(fault), retry: retryOf(fault), facts: facts as unknown as Json }
}
