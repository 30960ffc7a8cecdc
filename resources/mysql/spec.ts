import type * as t from 'io-ts'
import { type Codec, map, optional, pattern, scalar, wrong } from '../../specs/codec.js'
import { DatabaseName, DatabaseUser } from '../../specs/name.js'
import { Secret } from '../../specs/secret.js'
import { container, section } from '../section.js'

const OptionName = pattern('option', /^[a-z][a-z0-9_-]{0,63}$/, "an option's name as in my.cnf", 'max_connections')

const OptionValue: Codec<string | number | boolean> = scalar(
  'option',
  'text on one line, a number, true or false',
  { type: ['string', 'number', 'boolean'] },
  (input, at) => {
    if (typeof input === 'boolean' || (typeof input === 'number' && Number.isFinite(input))) return input
    if (typeof input === 'string' && /^[\x20-\x7e]*$/.test(input)) return input
    return typeof input === 'string'
      ? at.error('VALUE_INVALID', 'not text on one line.')
      : wrong(input, 'text on one line, a number, true or false', at)
  },
)

export const MysqlSpec = section(
  'mysql',
  {
    ...container('mysql:8.4'),
    database: optional(DatabaseName, 'tracker', 'The database that is made.'),
    user: optional(DatabaseUser, 'tracker', "The tracker's user. Not root."),
    password: optional(Secret, { generate: 32 }, "The password of the tracker's user."),
    root_password: optional(Secret, { generate: 32 }, 'The password of root.'),
    config: optional(
      map(OptionName, OptionValue, "a mapping of options in my.cnf's own names"),
      {},
      "Options of the server, in my.cnf's own names.",
      {
        max_connections: 200,
      },
    ),
  },
  {
    instead: {
      username: 'Did you mean user?',
      database_name: 'Did you mean database?',
      host: "Somebody else's server is tracker.database: { driver: mysql, host: ... }.",
    },
  },
)
export type MysqlSpec = t.TypeOf<typeof MysqlSpec>
