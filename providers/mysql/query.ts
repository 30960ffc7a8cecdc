import { unrefused, type Wire } from './packets.js'

const [COM_INIT_DB, COM_QUERY, COM_QUIT] = [2, 3, 1]
const [OK, END, NULL] = [0, 0xfe, 0xfb]

const command = (wire: Wire, what: number, text = ''): void => wire.write(Buffer.concat([Buffer.from([what]), Buffer.from(text)]), 'first')

export const use = async (wire: Wire, database: string): Promise<void> => {
  command(wire, COM_INIT_DB, database)
  unrefused(await wire.read())
}

export const quit = (wire: Wire): void => command(wire, COM_QUIT)

/** The first column of all rows, as text. */
export const column = async (wire: Wire, sql: string): Promise<ReadonlyArray<string>> => {
  command(wire, COM_QUERY, sql)
  const first = unrefused(await wire.read())
  if (first[0] === OK) return []
  await toEnd(wire)
  return (await toEnd(wire)).map(firstIn)
}

const isEnd = (packet: Buffer): boolean => packet[0] === END && packet.length < 9

const toEnd = async (wire: Wire): Promise<ReadonlyArray<Buffer>> => {
  const all: Array<Buffer> = []
  for (;;) {
    const packet = unrefused(await wire.read())
    if (isEnd(packet)) return all
    all.push(packet)
  }
}

/** A text with its length before it: one byte, or a mark and two or three. */
const firstIn = (row: Buffer): string => {
  const mark = row[0] ?? NULL
  if (mark === NULL) return ''
  const wide = mark < NULL ? 0 : mark - NULL + 1
  const length = wide === 0 ? mark : row.readUIntLE(1, wide)
  return row.toString('utf8', 1 + wide, 1 + wide + length)
}
