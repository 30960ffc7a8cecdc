import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { E } from '../../specs/fp.js'
import { openForWriting } from '../../state/open.js'
import { placeOf } from '../../state/place.js'
import { storeOn } from '../../state/store.js'
import { type Child, childOf } from '../support/child.js'
import { doneWith, freshFolder, left, optionsAt, resource, right, startOf, writer } from '../support/state.js'

const CHILD = 'test/support/state-child.ts'

interface Told {
  readonly intent?: string
  readonly result?: string
  readonly at?: number
}

/** Kills after so many acknowledged writes; all that was acknowledged. */
const killedAfter = async (child: Child, writes: number): Promise<ReadonlyArray<Told>> => {
  const told: Told[] = []
  assert.is(await child.next(), 'began')
  while (told.length < writes) told.push((await child.next()) as Told)
  await child.kill()
  return [...told, ...((await child.rest()) as ReadonlyArray<Told>)]
}

test('a process that is killed while it writes loses nothing that was acknowledged', async () => {
  const project = freshFolder()
  const newest = new Map<string, number>()
  for (const writes of [1, 2, 7, 150, 900]) {
    const told = await killedAfter(childOf(CHILD, ['write', project]), writes)
    for (const { result, at } of told) if (result !== undefined) newest.set(result, at ?? -1)
    const store = writer(project)
    right(store.verify())
    const memory = right(store.memory('demo'))
    const run = memory.unfinished?.run ?? 0
    const found = new Map(memory.resources.map(one => [one.addr as string, (one.spec as { at: number }).at]))
    // One more than was told may be there: it was committed, and killed before it could be told.
    for (const [addr, at] of newest) assert.ok((found.get(addr) ?? -1) === at || isOneMore(found.get(addr), told), `${addr} at ${at}`)
    const intended = right(store.entries('demo', run)).map(entry => entry.addr as string)
    for (const { intent } of told) if (intent !== undefined) assert.ok(intended.includes(intent), intent)
    for (const one of memory.resources) newest.set(one.addr, (one.spec as { at: number }).at)
    store.close()
  }
})

const isOneMore = (found: number | undefined, told: ReadonlyArray<Told>): boolean =>
  found === told.filter(one => one.result !== undefined).length

test('a full disk is a fault, and what was written before it stays', () => {
  const project = freshFolder()
  const options = optionsAt(project)
  const place = placeOf(options.folder)
  const db = right(openForWriting(place, options.now))
  const { host, user, pid, now, env } = options
  const store = storeOn({ db, place, now, caller: { host, user, pid }, nameOf: () => undefined }, env)
  const journal = right(store.begin(startOf(project)))
  db.pragma(`max_page_count = ${(db.pragma('page_count', { simple: true }) as number) + 20}`)

  let kept = 0
  const put = () => {
    const addr = `unit.n${kept}` as const
    return journal.results([{ addr, action: 'create', result: doneWith(resource(addr, { spec: { long: 'x'.repeat(3000) } })) }])
  }
  while (E.isRight(put()) && kept < 1000) kept++
  assert.equal(left(put()), { code: 'DISK_FULL', where: place.file })
  assert.ok(kept > 5 && kept < 100, String(kept))
  assert.is(right(store.memory('demo')).resources.length, kept)

  db.pragma('max_page_count = 1000000')
  right(put())
  right(journal.end('done'))
  assert.is(right(store.memory('demo')).resources.length, kept + 1)
  right(store.verify())
  store.close()
})

test.run()
