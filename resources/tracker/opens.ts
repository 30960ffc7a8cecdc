import type { Change } from '../../engine/contract.js'
import { databaseKey } from '../../engine/database.js'
import { hasTls } from '../../specs/listener.js'
import type { Stack } from '../stack.js'
import { type Keeps, needsOf } from './databases.js'
import { listenersOf } from './listeners.js'
import type { TrackerSpec } from './spec.js'
import { databaseFile, madeAtStart } from './sqlite.js'

/** What is there once it is ready. */
export const opensOf = (spec: TrackerSpec, keeps: Keeps, stack: Stack): ReadonlyArray<Change> => [
  ...portsOf(spec),
  ...(keeps.driver === 'sqlite' ? [madeAtStart(databaseFile(stack))] : tablesOf(keeps, stack)),
]

/** What strangers find: each port, and that a closed tracker refuses them. */
const portsOf = (spec: TrackerSpec): ReadonlyArray<Change> => {
  const { api, health, listed, private: closed } = spec
  const open = (key: string, bind: string): Change => ({
    ask: 'port',
    key,
    to: { process: 'docker-proxy', ...(bind === 'loopback' && { inside: true }) },
  })
  const ports = listenersOf(spec)
    .filter(({ tls }) => !tls)
    .map(one => ({ key: `${one.port}/${one.scheme === 'udp' ? 'udp' : 'tcp'}`, bind: one.bind }))
  return [
    ...ports.flatMap(
      ({ key, bind }): ReadonlyArray<Change> => [
        open(key, bind),
        ...(listed || closed ? [{ ask: 'announce', key, to: { taken: false, says: 'not let in' } } as const] : []),
      ],
    ),
    ...[api, health].filter(one => !hasTls(one)).map(({ port, bind = 'loopback' }) => open(`${port}/tcp`, bind)),
  ]
}

/** It makes them at its start. */
const tablesOf = (keeps: Keeps, stack: Stack): ReadonlyArray<Change> => {
  const at = needsOf(keeps, stack)
  return at === undefined ? [] : [{ ask: 'database', key: databaseKey(at), to: { tables: at.tables } }]
}
