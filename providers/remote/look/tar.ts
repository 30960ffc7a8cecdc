import type { Owned } from '../../../engine/contract.js'

export interface Entry extends Owned {
  readonly uid: string
  readonly gid: string
  readonly path: string
  readonly folder: boolean
  readonly content: Buffer
}

const BLOCK = 512
const textAt = (header: Buffer, from: number, to: number): string => {
  const field = header.subarray(from, to)
  const end = field.indexOf(0)
  return field.subarray(0, end === -1 ? undefined : end).toString('utf8')
}
const numberAt = (header: Buffer, from: number, to: number): number => Number.parseInt(textAt(header, from, to).trim() || '0', 8)

/** What GNU tar writes: names longer than a header stand in an entry of their own before it. */
export const parseTar = (archive: Buffer): ReadonlyArray<Entry> => {
  const entries: Array<Entry> = []
  let long: string | undefined
  for (let at = 0; at + BLOCK <= archive.length; ) {
    const header = archive.subarray(at, at + BLOCK)
    if (header[0] === 0) break
    const size = numberAt(header, 124, 136)
    const content = archive.subarray(at + BLOCK, at + BLOCK + size)
    if (content.length < size) throw new Error('the archive is cut')
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK
    const sort = textAt(header, 156, 157)
    if (sort === 'L') {
      long = content.toString('utf8').replace(/\0+$/, '')
      continue
    }
    const path = long ?? textAt(header, 0, 100)
    long = undefined
    const [uid, gid] = [String(numberAt(header, 108, 116)), String(numberAt(header, 116, 124))]
    entries.push({
      path: path.length > 1 ? path.replace(/\/$/, '') : path,
      folder: sort === '5',
      mode: (numberAt(header, 100, 108) & 0o7777).toString(8).padStart(4, '0'),
      owner: textAt(header, 265, 297) || uid,
      group: textAt(header, 297, 329) || gid,
      uid,
      gid,
      content,
    })
  }
  return entries
}
