/** What BitTorrent's own notation can say. Text is bytes. */
export type Bencoded = number | Buffer | ReadonlyArray<Bencoded> | ReadonlyMap<string, Bencoded>

export class Malformed extends Error {}

/** Deeper than this is no tracker's answer. */
const DEEPEST = 16

/** The whole of `bytes` as one value, or `Malformed`: clients differ in what they forgive, so nothing is forgiven. */
export const parseBencode = (bytes: Buffer): Bencoded => {
  let at = 0

  const until = (end: string): string => {
    const stop = bytes.indexOf(end, at)
    if (stop < 0 || stop - at > 20) throw new Malformed(`byte ${at}: no ${end} comes`)
    const text = bytes.toString('latin1', at, stop)
    at = stop + 1
    return text
  }
  const integer = (): number => {
    const text = until('e')
    if (!/^(0|-?[1-9]\d*)$/.test(text)) throw new Malformed(`${text} is no whole number`)
    return Number(text)
  }
  const string = (): Buffer => {
    const length = until(':')
    if (!/^(0|[1-9]\d*)$/.test(length)) throw new Malformed(`${length} is no length`)
    const end = at + Number(length)
    if (end > bytes.length) throw new Malformed('a text is cut off')
    const text = bytes.subarray(at, end)
    at = end
    return text
  }
  const isEnd = (): boolean => {
    if (bytes[at] !== 0x65) return false
    at++
    return true
  }
  const dictionary = (depth: number): ReadonlyMap<string, Bencoded> => {
    const entries = new Map<string, Bencoded>()
    for (let last: Buffer | undefined; !isEnd(); ) {
      const key = string()
      if (last !== undefined && last.compare(key) >= 0) throw new Malformed(`key ${key.toString('latin1')} is out of order`)
      last = key
      entries.set(key.toString('latin1'), value(depth + 1))
    }
    return entries
  }
  const list = (depth: number): ReadonlyArray<Bencoded> => {
    const all: Array<Bencoded> = []
    while (!isEnd()) all.push(value(depth + 1))
    return all
  }
  const value = (depth: number): Bencoded => {
    const first = String.fromCharCode(bytes[at] ?? 0)
    if (depth > DEEPEST) throw new Malformed('it is nested too deeply')
    if (/\d/.test(first)) return string()
    at++
    if (first === 'i') return integer()
    if (first === 'l') return list(depth)
    if (first === 'd') return dictionary(depth)
    throw new Malformed(at > bytes.length ? 'it is cut off' : `byte ${at - 1} begins nothing`)
  }

  const whole = value(0)
  if (at !== bytes.length) throw new Malformed(`${bytes.length - at} bytes follow its end`)
  return whole
}

/** `value` as a dictionary. */
export const dictionaryIn = (value: Bencoded | undefined, what: string): ReadonlyMap<string, Bencoded> => {
  if (value instanceof Map) return value
  throw new Malformed(`${what} is no dictionary`)
}
export const numberIn = (value: Bencoded | undefined, what: string): number => {
  if (typeof value === 'number') return value
  throw new Malformed(`${what} is no number`)
}
