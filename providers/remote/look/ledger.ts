import { createHash } from 'node:crypto'
import type { Busy } from '../../../engine/channel.js'
import type { Claim, Held, Holder } from '../../../engine/contract.js'
import { KEPT, RUNNING } from '../place.js'
import { linesOf, Unread } from './question.js'

/** The folder of a thing in the ledger: names of things hold slashes and spaces. */
export const folderOf = ({ what, id }: Pick<Claim, 'what' | 'id'>): string => createHash('sha256').update(`${what} ${id}`).digest('hex')
export const holderFile = ({ environment, addr }: Holder): string => createHash('sha256').update(`${environment} ${addr}`).digest('hex')

/** One process, however long the ledger is. */
export const ledgerScript = `if cd ${KEPT}/ledger 2>/dev/null; then grep -sH '' -- */entry */before */by/*; fi; true`

export const parseLedger = (text: string): ReadonlyArray<Held> => {
  const folders = new Map<string, { entry?: string; before?: string; by: Array<string> }>()
  for (const line of linesOf(text)) {
    const [, folder, file, content = ''] = /^([0-9a-f]{64})\/(entry|before|by\/[0-9a-f]+):(.*)$/.exec(line) ?? []
    if (folder === undefined || file === undefined) throw new Unread('the ledger has a line that nobody wrote')
    const known = folders.get(folder) ?? { by: [] }
    folders.set(folder, known)
    if (file === 'entry') known.entry = content
    else if (file === 'before') known.before = content
    else known.by.push(content)
  }
  return [...folders.values()].flatMap(({ entry, before, by }) => {
    if (entry === undefined || by.length === 0) return []
    const claim = JSON.parse(entry) as Claim
    const holders = by
      .map(one => JSON.parse(one) as Holder)
      .sort((a, b) => (`${a.environment} ${a.addr}` < `${b.environment} ${b.addr}` ? -1 : 1))
    const then = before === 'present' ? ({ before, kept: `${claim.what} ${claim.id}` } as const) : ({ before: 'absent' } as const)
    return [{ ...claim, by: holders, ...then }]
  })
}

/** A batch holds a lock on a file of its own for as long as it lives, whatever ends it. */
export const busyScript = `for d in ${RUNNING}/*/; do
  if [ -f "$d/batch" ] && ! flock -n "$d/batch" true; then head -n 1 "$d/batch"; fi
done
true`

export const parseBusy = (text: string): ReadonlyArray<Busy> =>
  linesOf(text).map(line => {
    const { environment, addr, run } = JSON.parse(line) as Busy
    return { environment, addr, run }
  })
