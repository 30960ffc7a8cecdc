import type { Addr, Answers, Asks, Diff, Fact, Facts, Field, Impact, Kind, ProbeOf } from '../../engine/contract.js'
import { hasTls } from '../../specs/listener.js'
import { loggingIn } from '../database.js'
import { factsOf } from '../facts.js'
import { ailsOf, databaseAt, type Foreign, foreignOf, refusalOf } from '../foreign.js'
import { presentOf } from '../kind.js'
import { isRestart, portsOf, type Service, type ServiceSeen, type ServiceWanted, serviceKind } from '../service.js'
import { stackOf } from '../stack.js'
import { unsupported } from '../systems.js'
import { wherePortsAreFree } from '../taken.js'
import { envFile, folder, text } from '../texts.js'
import { block, HOME, healthUrl, OWNED } from './block.js'
import { type Checked, checksOf, databaseCheck, untriedOf } from './checks.js'
import { isExternal } from './database.js'
import { foreignFact, keepsOf, needsOf, wordsOf } from './databases.js'
import { trackerDetail } from './detail.js'
import { type Listener, listenersOf, nameOf } from './listeners.js'
import { opensOf } from './opens.js'
import { secretVariables } from './secrets.js'
import { TrackerSpec } from './spec.js'
import { type DatabaseFile, databaseFile, EMPTIED, fileCheck, goneWords, isEmptied, LOSS } from './sqlite.js'
import { readToml, type Told, trackerToml } from './toml.js'
import { hasMetrics } from './versions.js'

export interface TrackerWanted extends ServiceWanted {
  readonly checked: Checked
  /** On a server, its own or somebody else's. */
  readonly database?: ProbeOf<'database'>
  /** Of SQLite. */
  readonly file?: DatabaseFile
  readonly foreign?: Foreign
  /** Of a new one, what is worth reading. */
  readonly notes: ReadonlyArray<Field>
}

const service = (spec: TrackerSpec, facts: Facts): Service => {
  const { root, ipv6 } = stackOf(facts)
  const home = `${root}/${HOME}`
  const keeps = keepsOf(spec.database, facts)
  const listeners = listenersOf(spec)
  const driver = keeps.driver === 'sqlite' ? 'sqlite' : wordsOf(`mysql://@${keeps.host}:${keeps.port}/${keeps.name}`)
  return {
    folders: [folder(home), ...['etc', 'lib', 'lib/database', 'log'].map(name => folder(`${home}/${name}`, OWNED))],
    data: keeps.driver === 'sqlite' ? { [`${home}/lib`]: 'its SQLite database (keys, whitelist, completed counts)' } : {},
    starts: [
      text(tomlIn(root), trackerToml(spec, { listeners, keeps, ipv6 }), OWNED),
      envFile(`${home}/tracker.env`, secretVariables(spec, keeps)),
    ],
    ready: { answers: healthUrl(spec.health), seconds: 60 },
    scratch: keeps.driver === 'sqlite' ? ['/var/lib/torrust/tracker/database'] : [],
    // Its own server is inside; that of somebody else is out by the network that leads there.
    reaches: keeps.driver === 'sqlite' ? [] : [isExternal(spec.database) ? 'proxy' : 'database'],
    lingers: true,
    opens: opensOf(spec, keeps, stackOf(facts)),
    says: `${spec.image}, ${driver}`,
    restart: {
      seconds: 2,
      says: [
        `Tracker restarts, about 2 s without announces; its peer list starts empty and fills within one announce interval (${spec.announce.interval}).`,
      ],
    },
    losing: `${listeners.map(nameOf).join(' and ')} ${listeners.length === 1 ? 'stops' : 'stop'} answering`,
  }
}
const tomlIn = (root: string): string => `${root}/${HOME}/etc/tracker.toml`

interface TrackerSeen extends ServiceSeen {
  readonly database?: Asks['database']
  /** The container runs on a file that is not there any more. */
  readonly isFileGone?: boolean
}

const notesOf = (spec: TrackerSpec): ReadonlyArray<Field> => {
  const { api } = spec
  return [
    ...listenersOf(spec).map(one => ({ name: nameOf(one), to: placeOf(one), notable: true as const })),
    {
      name: `api ${api.port}`,
      to: hasTls(api) ? `${api.domain}, TLS` : api.bind === 'public' ? 'public, IPv4' : (api.bind ?? 'loopback'),
      notable: true,
    },
    { name: 'api.admin_token', secret: true, to: 'generate' in api.admin_token.from ? { ...api.admin_token.from } : 'given' },
  ]
}
const placeOf = ({ scheme, bind, tls }: Listener): string => (tls ? 'TLS' : `${bind}${scheme === 'http' ? ', without TLS' : ''}`)

const base = serviceKind<TrackerSpec>({
  kind: 'tracker',
  after: ['compose-stack', 'mysql'],
  codec: TrackerSpec,
  block,
  offers: (self, spec) => [...sitesOf(self, spec), ...scrapesOf(self, spec), ...dataOf(self, spec), ...foreignFact(self, spec.database)],
  service: (_, spec, facts) => service(spec, facts),
})

const sitesOf = (self: Addr, { http, api, health }: TrackerSpec): ReadonlyArray<Fact> =>
  [...http, api, health].filter(hasTls).map(({ domain = '', port }) => ({ fact: 'site', from: self, domain, upstream: `tracker:${port}` }))

const scrapesOf = (self: Addr, { api, image }: TrackerSpec): ReadonlyArray<Fact> =>
  hasMetrics(image)
    ? ['stats', 'metrics'].map(one => ({
        fact: 'scrape',
        from: self,
        job: `tracker_${one}`,
        target: `tracker:${api.port}`,
        path: `/api/v1/${one}`,
        token: api.admin_token.secret,
      }))
    : []

const dataOf = (self: Addr, { database }: TrackerSpec): ReadonlyArray<Fact> =>
  database.driver === 'sqlite' ? [{ fact: 'data', from: self, path: `${HOME}/lib/database/tracker.db`, how: 'sqlite' }] : []

const seenToml = ({ stack }: TrackerWanted, seen: ServiceSeen | undefined): Told | undefined => {
  const file = seen?.parts[`file ${tomlIn(stack.root)}`]
  return typeof file === 'object' && file !== null && 'content' in file ? readToml(`${file.content}`) : undefined
}
const wantedToml = ({ stack, starts }: TrackerWanted): Told | undefined =>
  readToml(`${starts.find(({ path }) => path === tomlIn(stack.root))?.content}`)

/** A listener by its name, whatever its place in the list. */
const fieldsOf = (want: TrackerWanted, seen: ServiceSeen | undefined): ReadonlyArray<Field> => {
  const [before, after] = [seenToml(want, seen), wantedToml(want)]
  if (before === undefined || after === undefined) return []
  const names = [...new Set([...Object.keys(before.listeners), ...Object.keys(after.listeners)])]
  return [
    ...names.flatMap((name): ReadonlyArray<Field> => {
      const [from, to] = [before.listeners[name], after.listeners[name]]
      if (from === to) return []
      if (from !== undefined && to !== undefined) return [{ name, from, to }]
      return [from === undefined ? { name, to: null } : { name, from: null }]
    }),
    ...(['listed', 'private'] as const).flatMap(name =>
      before[name] === after[name] ? [] : [{ name, from: before[name], to: after[name] }],
    ),
    ...movedFrom(before.database, after.database),
  ]
}
const DATABASE = 'database'

const movedFrom = (from: string | undefined, to: string | undefined): ReadonlyArray<Field> =>
  from === undefined || to === undefined || from === to ? [] : [{ name: DATABASE, from: wordsOf(from), to: wordsOf(to) }]

const diff = (want: TrackerWanted, seen: TrackerSeen | undefined): Diff => {
  const plain = base.diff(want, seen)
  if (plain.action === 'none') return plain
  const emptied = seen?.isFileGone && plain.fields.some(isRestart) ? [EMPTIED] : []
  return { ...plain, fields: [...(plain.action === 'create' ? want.notes : fieldsOf(want, seen)), ...plain.fields, ...emptied] }
}

const impact = (want: TrackerWanted, change: Diff): Impact => {
  const plain = base.impact(want, change)
  if (change.action !== 'update') return plain
  const gone = change.fields.filter(({ from, to }) => from === null && to === undefined).map(({ name }) => name)
  const moved = plain.stops.length > 0 ? change.fields.find(({ name }) => name === DATABASE) : undefined
  const isLost = change.fields.some(isEmptied)
  const says = [
    ...(plain.says ?? []).map(one => (moved || isLost ? one : `${one} No stored data is touched.`)),
    ...(gone.length > 0 ? [`Clients that announce to ${gone.join(' and ')} get no answer any more.`] : []),
    ...change.fields.flatMap(({ name, to }) => DOORS[name]?.[to === true ? 'shut' : 'open'] ?? []),
  ]
  return {
    ...plain,
    ...(says.length > 0 && { says }),
    ...(moved && { data: `starts on what is in ${moved.to}, nothing at first; nothing is copied over from ${moved.from}` }),
    ...(isLost && { data: LOSS, lost: true }),
  }
}

/** Who is turned away, and who no more. */
const DOORS: { readonly [field: string]: { readonly shut: string; readonly open: string } } = {
  listed: {
    shut: 'From then on announces of torrents that are not on the whitelist are refused.',
    open: 'From then on announces of any torrent are taken, on the whitelist or not.',
  },
  private: {
    shut: 'From then on clients without a key are refused.',
    open: 'From then on clients are let in without a key.',
  },
}

/** A database that it logs in to. */
const onServer = ({ database }: TrackerSpec, facts: Facts): Pick<TrackerWanted, 'database' | 'foreign'> => {
  const [stack, keeps] = [stackOf(facts), keepsOf(database, facts)]
  const at = needsOf(keeps, stack)
  if (at === undefined || keeps.driver === 'sqlite') return {}
  const [fact] = isExternal(database) ? factsOf(facts, 'foreign database') : []
  return { database: databaseAt(at, keeps.password, stack), ...(fact && { foreign: foreignOf(fact, stack) }) }
}

/** Before its first start on SQLite there is none to be gone. */
const isGoneFrom = (want: TrackerWanted, seen: ServiceSeen | undefined, answers: Answers): boolean =>
  want.file !== undefined &&
  seen?.container !== undefined &&
  seenToml(want, seen)?.database === wantedToml(want)?.database &&
  answers.of(want.file).is === 'absent'

/** Only somebody else's has to be asked before: ours is looked at by the task that runs it. */
const withoutLogin: Kind<TrackerSpec, TrackerWanted, TrackerSeen> = {
  ...(base as unknown as Kind<TrackerSpec, TrackerWanted, TrackerSeen>),
  want: (self, spec, facts) => {
    const { api, health, listed, private: closed } = spec
    const file = spec.database.driver === 'sqlite' ? databaseFile(stackOf(facts)) : undefined
    return {
      ...base.want(self, spec, facts),
      checked: {
        listeners: listenersOf(spec),
        api: bare(api),
        health: bare(health),
        listed,
        private: closed,
        token: api.admin_token.secret,
      },
      notes: notesOf(spec),
      ...onServer(spec, facts),
      ...(file && { file }),
    }
  },
  probes: want => [...base.probes(want), ...(want.foreign ? [want.foreign.probe] : []), ...(want.file ? [want.file] : [])],
  read: (want, answers) => {
    const seen = base.read(want, answers)
    const database = want.foreign && presentOf(answers.of(want.foreign.probe))
    const isFileGone = isGoneFrom(want, seen, answers)
    return seen && { ...seen, ...(database && { database }), ...(isFileGone && { isFileGone }) }
  },
  diff,
  impact,
  refuses: ({ foreign }, seen, on) => unsupported(on) ?? (foreign && seen?.database && refusalOf(foreign, seen.database, on.name)),
  unmet: ({ foreign, file }, { database, container, isFileGone }) => [
    ...(foreign ? ailsOf(foreign, database) : []),
    ...(file && container && isFileGone ? [goneWords(file, container)] : []),
  ],
  detail: trackerDetail,
  untried: ({ checked }) => untriedOf(checked),
  checks: ({ checked, stack, database, file }) => [
    ...checksOf(checked, stack),
    ...(database ? [databaseCheck(database)] : []),
    ...(file ? [fileCheck(file)] : []),
  ],
}

const onOurs = loggingIn(withoutLogin, ({ database }) => database.driver === 'mysql' && !isExternal(database))
export const tracker = wherePortsAreFree(onOurs, ({ stack, name, block }) => ({ host: stack.host, all: [{ name, ports: portsOf(block) }] }))

const bare = ({ port, bind, domain, tls }: TrackerSpec['health']): Checked['health'] => ({
  port,
  ...(bind !== undefined && { bind }),
  ...(domain !== undefined && { domain }),
  ...(tls !== undefined && { tls }),
})
