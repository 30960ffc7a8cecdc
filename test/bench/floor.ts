/** SQLite alone: as many durable transactions, with as many rows of the same size, as a run needed. */
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import type { Written } from './counting.js'

const [folder = '', written = '{}'] = process.argv.slice(2)
const { intents, results } = JSON.parse(written) as Written

const scratch = mkdtempSync(join(folder, 'floor-'))
const db = new Sqlite(join(scratch, 'floor.db'))
db.pragma('journal_mode = wal')
db.pragma('synchronous = full')
db.exec(
  'create table journal (id integer primary key, body text) strict; create table resources (id integer primary key, body text) strict',
)

const write = (table: string, { transactions, rows, bytes }: Written['intents']): void => {
  const insert = db.prepare(`insert into ${table} (body) values (?)`)
  const body = 'x'.repeat(Math.round(bytes / Math.max(rows, 1)))
  const each = db.transaction((count: number) => {
    for (let row = 0; row < count; row++) insert.run(body)
  })
  let left = rows
  for (let at = 0; at < transactions; at++) {
    const count = Math.ceil(left / (transactions - at))
    each.immediate(count)
    left -= count
  }
}

write('journal', intents)
write('resources', results)
db.close()
rmSync(scratch, { recursive: true })
