import type * as t from 'io-ts'
import { HostName } from '../../specs/address.js'
import { type Codec, choice, field, isRecord, optional, short, spec, where, word } from '../../specs/codec.js'
import { DatabaseName, DatabaseUser, Port } from '../../specs/name.js'
import { Secret } from '../../specs/secret.js'

/** Inside of the tracker's container these are the container itself, or the server that the mysql section runs. */
const OURS = new Set(['localhost', '::1', '::', '0.0.0.0', 'mysql'])

const Elsewhere = where(
  HostName,
  host => !OURS.has(host) && !host.startsWith('127.'),
  "a server that the tracker's container can reach: neither loopback nor mysql, which is what the mysql section runs",
)

const External = spec(
  'database',
  {
    driver: field(word('mysql'), 'The sort of database.'),
    host: field(Elsewhere, "Somebody else's server, where nothing is created.", 'db.example.net'),
    port: optional(Port, 3306, 'Its port.'),
    name: optional(DatabaseName, 'tracker', 'The database. It must be there.'),
    user: optional(DatabaseUser, 'tracker', 'The user. It must be there.'),
    password: field(Secret, "The user's password.", { env: 'TRACKER_DB_PASSWORD' }),
  },
  { instead: { database_name: 'Did you mean name?', username: 'Did you mean user?' } },
)

const HOST = "Somebody else's server needs host. For one that is run here, write this in the mysql section."
const Managed = spec(
  'database',
  { driver: field(word('sqlite', 'mysql'), 'sqlite, or the server that the mysql section runs.') },
  {
    instead: {
      port: HOST,
      name: HOST,
      user: HOST,
      password: HOST,
      path: 'The path is fixed: everything of ours is below compose-stack.root.',
    },
  },
)

/** `host` makes it somebody else's; `mysql` without it is the one that the mysql section runs. */
export type Database = t.TypeOf<typeof Managed> | t.TypeOf<typeof External>

const Driver = short(word('sqlite', 'mysql'), driver => ({ driver }))

export const Database: Codec<Database> = choice<Database>('database', 'sqlite, mysql or a mapping with driver and host', [
  { when: input => typeof input === 'string', codec: Driver as Codec<Database> },
  { when: input => isRecord(input) && Object.hasOwn(input, 'host') && input.driver !== 'sqlite', codec: External as Codec<Database> },
  { when: isRecord, codec: Managed as Codec<Database> },
])

export const isExternal = (database: Database): database is t.TypeOf<typeof External> => 'host' in database
