import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { versionOf } from '../../state/migrate.js'
import { MIGRATIONS } from '../../state/migrations/index.js'
import { openForReading, openForWriting } from '../../state/open.js'
import { placeOf } from '../../state/place.js'
import { sqlite } from '../../state/sqlite.js'
import { freshFolder, NOW, right } from '../support/state.js'

const NEXT = `create table notes (id integer primary key, text text) strict; insert into notes (text) select name from environments;`
const AFTER = "alter table notes add column tag text not null default 'none';"
const steps = [...MIGRATIONS, NEXT, AFTER]

for (const from of MIGRATIONS.map((_, index) => index + 1))
  test(`a state of format ${from} is brought up to date, and its backup is of the old format`, () => {
    const place = placeOf(join(freshFolder(), '.deployer'))
    const old = right(openForWriting(place, () => NOW, steps.slice(0, from)))
    old.exec("insert into environments (name, file, provider, created) values ('demo', 'environment.yaml', 'sandbox', 1)")
    old.close()
    const notes = [{ text: 'demo', tag: 'none' }]
    const bytes = readFileSync(place.file)

    const looked = right(openForReading(place, steps))
    assert.equal(looked?.prepare('select text, tag from notes').all(), notes)
    looked?.close()
    assert.equal(readFileSync(place.file), bytes)
    assert.not.ok(existsSync(place.backups))

    const db = right(openForWriting(place, () => NOW, steps))
    assert.is(versionOf(db), steps.length)
    assert.equal(db.prepare('select text, tag from notes').all(), notes)
    db.close()
    const [backup = ''] = readdirSync(place.backups)
    assert.match(backup, new RegExp(`-format-${from}\\.db$`))
    const before = new (sqlite())(join(place.backups, backup), { readonly: true })
    assert.is(versionOf(before), from)
    before.close()
  })

test('a migration that fails leaves the state in the format before it', () => {
  const place = placeOf(join(freshFolder(), '.deployer'))
  right(openForWriting(place, () => NOW)).close()
  assert.throws(() => openForWriting(place, () => NOW, [...MIGRATIONS, NEXT, `${AFTER} selec;`]), /syntax error/)
  const db = right(openForWriting(place, () => NOW, [...MIGRATIONS, NEXT]))
  assert.equal(db.prepare('select * from notes').all(), [])
  assert.is(versionOf(db), MIGRATIONS.length + 1)
  db.close()
})

test.run()
