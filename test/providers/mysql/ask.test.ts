import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { databaseIn, databaseKey } from '../../../engine/database.js'
import { lackingIn } from '../../../providers/mysql/grants.js'
import { askDatabase, Unreached } from '../../../providers/mysql/index.js'
import { type Like, standIn } from './stand-in.js'

const test = suite('a database server')

const AT = {
  host: 'db.example.net',
  port: 3306,
  user: 'tracker',
  name: 'tracker',
  needs: ['SELECT', 'CREATE'],
  tables: ['keys', 'torrents'],
}
const WELL: NonNullable<Like['answers']> = sql => {
  if (sql.includes('CURRENT_ROLE')) return ['NONE']
  if (sql.startsWith('SHOW GRANTS')) return ['GRANT USAGE ON *.* TO `tracker`@`%`', 'GRANT ALL PRIVILEGES ON `tracker`.* TO `tracker`@`%`']
  return sql === 'SHOW TABLES' ? ['keys', 'somebody', 'torrents'] : []
}

const asked = async (like: Like, password = 'pw') => {
  const { open, close } = await standIn(like)
  return askDatabase(AT, password, open).finally(close)
}

test('a key says all of a question, and can be read again', () => {
  for (const one of [AT, { ...AT, host: 'fd77::9', tables: [] }, { ...AT, host: 'mysql', container: 'demo-mysql-1' }])
    assert.equal(databaseIn(databaseKey(one)), one)
})

test('who is let in is told of the version and of the tables that matter', async () => {
  assert.equal(await asked({ answers: WELL }), { version: '8.4.3', tables: ['keys', 'torrents'] })
  assert.equal(await asked({ answers: WELL, plugin: 'mysql_native_password' }), { version: '8.4.3', tables: ['keys', 'torrents'] })
  assert.equal(await asked({ answers: WELL, switches: true, version: '5.5.5-10.11.6-MariaDB' }), {
    version: '10.11.6-MariaDB',
    tables: ['keys', 'torrents'],
  })
})

test('a hostile password gets there whole', async () => {
  const password = `it's "q" $HOME \\ # 世界 🎈`.padEnd(90, 'x')
  assert.is((await asked({ answers: WELL, password }, password)).refuses, undefined)
})

test('a wrong password, a missing database and missing privileges are told apart', async () => {
  assert.equal(await asked({ answers: WELL }, 'other'), { refuses: 'login', says: 'Access denied', tables: [] })
  const without = (number: number): Like => ({ answers: sql => (sql.startsWith('USE') ? [number, 'no'] : WELL(sql)) })
  assert.equal(await asked(without(1049)), { version: '8.4.3', refuses: 'missing', says: 'no', tables: [] })
  assert.equal(await asked(without(1044)), { version: '8.4.3', lacks: ['SELECT', 'CREATE'], tables: [] })
  const few: Like = { answers: sql => (sql.startsWith('SHOW GRANTS') ? ['GRANT SELECT ON `tracker`.* TO `tracker`@`%`'] : WELL(sql)) }
  assert.equal(await asked(few), { version: '8.4.3', lacks: ['CREATE'], tables: ['keys', 'torrents'] })
})

test('what a role may counts, too', async () => {
  const heard: Array<string> = []
  const answers: Like['answers'] = sql => {
    heard.push(sql)
    return sql.includes('CURRENT_ROLE') ? ['`app`@`%`'] : WELL(sql)
  }
  assert.equal((await asked({ answers })).lacks, undefined)
  assert.ok(heard.includes('SHOW GRANTS FOR CURRENT_USER() USING `app`@`%`'))
})

test('a server that wants it encrypted, is full, or is something else, is told by what it says', async () => {
  const { errorOf } = await import('./stand-in.js')
  const secure = { greets: errorOf(3159, 'Connections using insecure transport are prohibited') }
  assert.is((await asked(secure)).refuses, 'encryption')
  assert.equal(await asked({ greets: errorOf(1040, 'Too many connections') }), {
    refuses: 'unreachable',
    says: 'Too many connections',
    tables: [],
  })
  assert.is((await asked({ greets: errorOf(1130, 'Host is not allowed to connect') })).refuses, 'login')
  assert.equal(await asked({ greets: Buffer.from('SSH-2.0') }), {
    refuses: 'unreachable',
    says: 'something else than MySQL answers there',
    tables: [],
  })
})

test('nobody there is an answer', async () => {
  const open = async () => {
    throw new Unreached('connection refused')
  }
  assert.equal(await askDatabase(AT, 'pw', open), { refuses: 'unreachable', says: 'connection refused', tables: [] })
})

test('privileges count on the whole server, by a pattern, or on each table; not on some columns or another database', () => {
  const lacking = (...lines: ReadonlyArray<string>) => lackingIn(lines, AT)
  assert.equal(lacking('GRANT SELECT, CREATE ON *.* TO `a`@`%`'), [])
  assert.equal(lacking('GRANT ALL PRIVILEGES ON `tr\\_cker`.* TO `a`@`%`'), ['SELECT', 'CREATE'])
  assert.equal(lacking('GRANT ALL PRIVILEGES ON `tr_c%`.* TO `a`@`%` WITH GRANT OPTION'), [])
  assert.equal(lacking('GRANT SELECT (a, b), CREATE ON `tracker`.* TO `a`@`%`'), ['SELECT'])
  assert.equal(lacking('GRANT SELECT, CREATE ON `tracker`.`keys` TO `a`@`%`'), ['SELECT', 'CREATE'])
  assert.equal(lacking('GRANT SELECT, CREATE ON `tracker`.`keys` TO `a`', 'GRANT SELECT, CREATE ON `tracker`.`torrents` TO `a`'), [])
  assert.equal(lacking('GRANT ALL PRIVILEGES ON `other`.* TO `a`@`%`', 'GRANT `app`@`%` TO `a`@`%`'), ['SELECT', 'CREATE'])
})

test.run()
