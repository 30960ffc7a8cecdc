import { isIP } from 'node:net'
import { type Bencoded, dictionaryIn, Malformed, numberIn, parseBencode } from './bencode.js'
import { type Door, type Page, page } from './page.js'
import { type Announce, canonical, compactPeers, counted, type Family, type Peer, Refused, type Tracker } from './peer.js'

/** Over HTTP everything is a page; `key` lets in where keys are asked for. */
export const httpTracker = (door: Door & { readonly family: Family }, key?: string): Tracker => {
  let local = ''
  const asked = async (what: string, query: string): Promise<ReadonlyMap<string, Bencoded>> => {
    const answer = await page(door, `/${what}${key === undefined ? '' : `/${key}`}?${query}`)
    local = answer.local
    return bodyOf(answer)
  }
  return {
    announce: async announce => {
      const body = await asked('announce', queryOf(announce))
      return counted({
        interval: numberIn(body.get('interval'), 'interval'),
        leechers: numberIn(body.get('incomplete'), 'incomplete'),
        seeders: numberIn(body.get('complete'), 'complete'),
        peers: peersIn(body, door.family),
      })
    },
    scrape: async hash => {
      const files = dictionaryIn((await asked('scrape', `info_hash=${escaped(hash)}`)).get('files'), 'files')
      const file = files.get(hash.toString('latin1'))
      if (file === undefined) return 0
      const counts = dictionaryIn(file, 'the torrent')
      return numberIn(counts.get('complete'), 'complete') + numberIn(counts.get('incomplete'), 'incomplete')
    },
    local: () => local,
    close: () => {},
  }
}

const escaped = (bytes: Buffer): string => [...bytes].map(byte => `%${byte.toString(16).padStart(2, '0')}`).join('')

const queryOf = ({ hash, id, port, event }: Announce): string =>
  `info_hash=${escaped(hash)}&peer_id=${escaped(id)}&port=${port}&uploaded=0&downloaded=0&left=1&event=${event}&compact=1`

const bodyOf = ({ status, body }: Page): ReadonlyMap<string, Bencoded> => {
  const said = status === 200 ? undefined : `HTTP ${status}`
  const answer = dictionaryIn(readable(body, said), 'its answer')
  const refusal = answer.get('failure reason')
  if (refusal !== undefined) throw new Refused(Buffer.isBuffer(refusal) ? refusal.toString('utf8') : 'it gives no reason')
  if (said !== undefined) throw new Malformed(said)
  return answer
}

const readable = (body: Buffer, said: string | undefined): Bencoded => {
  if (said === undefined) return parseBencode(body)
  try {
    return parseBencode(body)
  } catch {
    throw new Malformed(said)
  }
}

/** Compact, or as dictionaries, which a tracker may give although it was asked otherwise. */
const peersIn = (body: ReadonlyMap<string, Bencoded>, family: Family): ReadonlyArray<Peer> => {
  const peers = body.get('peers')
  if (Array.isArray(peers)) return peers.map(peerIn)
  const own = family === 4 ? peers : body.get('peers6')
  if (own === undefined && peers === undefined) throw new Malformed('it tells no peers')
  if (own === undefined) return []
  if (Buffer.isBuffer(own)) return compactPeers(own, family)
  throw new Malformed('its peers are neither bytes nor a list')
}

const peerIn = (value: Bencoded): Peer => {
  const peer = dictionaryIn(value, 'a peer')
  const ip = peer.get('ip')
  const address = Buffer.isBuffer(ip) ? ip.toString('latin1') : ''
  if (isIP(address) === 0) throw new Malformed('a peer has no address')
  return { address: canonical(address), port: numberIn(peer.get('port'), 'the port of a peer') }
}
