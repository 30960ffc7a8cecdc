import { createHash } from 'node:crypto'
import { type LabHost, labHost } from '../host.js'

/** A machine with a real BitTorrent client on it. */
export interface Peers {
  /** Whether a second client gets a file of a first one, whom only these trackers can tell it about. */
  readonly meet: (announce: ReadonlyArray<string>, what: string) => Promise<boolean>
  readonly remove: () => Promise<void>
}

export const peersOn = async (name: string): Promise<Peers> => {
  const host = await labHost({ name })
  await said(host, 'apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends aria2')
  return { meet: (announce, what) => meet(host, announce, what), remove: host.remove }
}

const said = async (host: LabHost, script: string, input?: string): Promise<string> => {
  const { code, stdout, stderr } = await host.exec(['sh', '-c', script], input === undefined ? {} : { input })
  if (code !== 0) throw new Error(`${script}\n${stdout}${stderr}`)
  return stdout
}

const PIECE = 16_384

/** As bencode; texts are bytes. */
const bencoded = (value: number | string | ReadonlyArray<unknown> | object): string => {
  if (typeof value === 'number') return `i${value}e`
  if (typeof value === 'string') return `${value.length}:${value}`
  if (Array.isArray(value)) return `l${value.map(bencoded).join('')}e`
  return `d${Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, one]) => bencoded(key) + bencoded(one))
    .join('')}e`
}

const torrentOf = (content: string, name: string, announce: ReadonlyArray<string>): string => {
  const pieces = Array.from({ length: Math.ceil(content.length / PIECE) }, (_, index) =>
    createHash('sha1')
      .update(content.slice(index * PIECE, (index + 1) * PIECE), 'latin1')
      .digest()
      .toString('latin1'),
  )
  return bencoded({
    announce: announce[0] ?? '',
    'announce-list': [announce],
    info: { length: content.length, name, 'piece length': PIECE, pieces: pieces.join('') },
  })
}

/** Nothing but the tracker leads from one to the other: of DHT, without which it knows no UDP trackers, nobody else is there. */
const ARIA =
  'aria2c --enable-dht=true --enable-dht6=false --bt-enable-lpd=false --enable-peer-exchange=false --console-log-level=warn --summary-interval=0'

const meet = async (host: LabHost, announce: ReadonlyArray<string>, what: string): Promise<boolean> => {
  const content = `${what} `.repeat(20_000)
  const torrent = Buffer.from(torrentOf(content, 'payload', announce), 'latin1').toString('base64')
  await said(host, 'rm -rf /tmp/peers; mkdir -p /tmp/peers/one /tmp/peers/two; cat >/tmp/peers/one/payload', content)
  await said(host, 'base64 -d >/tmp/peers/it.torrent', torrent)
  const { code, stdout, stderr } = await host.exec([
    'sh',
    '-c',
    `cd /tmp/peers
${ARIA} -d one --listen-port=6881 --dht-listen-port=6891 --dht-file-path=one.dht --seed-ratio=0.0 -V it.torrent >one.log 2>&1 &
seeder=$!
trap 'kill -9 $seeder' EXIT
sleep 2
timeout 30 ${ARIA} -d two --listen-port=6882 --dht-listen-port=6892 --dht-file-path=two.dht --seed-time=0 it.torrent >two.log 2>&1
cmp one/payload two/payload || { tail -n 20 one.log two.log; exit 1; }`,
  ])
  if (code !== 0) process.stderr.write(`${stdout}${stderr}\n`)
  return code === 0
}
