import { constants, createHash, publicEncrypt } from 'node:crypto'
import type { Duplex } from 'node:stream'
import { connect } from 'node:tls'
import { Cut, STRANGE, unrefused, until0, type Wire, wireOver } from './packets.js'

export interface As {
  readonly user: string
  readonly password: string
  /** Nobody's certificate is looked at: it is only asked whether it would let in this way. */
  readonly encrypted?: true
}
export interface Entered {
  readonly wire: Wire
  readonly version: string
}

const PROTOCOL = 10
const [LONG_PASSWORD, PROTOCOL_41, ENCRYPTED, TRANSACTIONS, SECURE, PLUGINS] = [0x1, 0x200, 0x800, 0x2000, 0x8000, 0x80000]
const UTF8MB4 = 45
const MOST = 16 * 1024 * 1024

/** As the tracker does it: without encryption, and the password only as what can be made of it, or under the server's own key. */
export const enter = async (stream: Duplex, as: As): Promise<Entered> => {
  const plain = wireOver(stream)
  const hello = helloIn(unrefused(await plain.read()))
  const can = LONG_PASSWORD | PROTOCOL_41 | TRANSACTIONS | SECURE | PLUGINS | (as.encrypted ? ENCRYPTED : 0)
  const head = Buffer.alloc(32)
  head.writeUInt32LE(can, 0)
  head.writeUInt32LE(MOST, 4)
  head.writeUInt8(UTF8MB4, 8)
  const wire = as.encrypted ? await encrypted(stream, plain, head) : plain
  const answer = scrambled(hello.plugin, as.password, hello.nonce)
  wire.write(Buffer.concat([head, zeroEnded(as.user), Buffer.from([answer.length]), answer, zeroEnded(hello.plugin)]))
  await authenticated(wire, as, hello)
  return { wire, version: hello.version }
}

const zeroEnded = (text: string): Buffer => Buffer.from(`${text}\0`, 'utf8')

interface Hello {
  readonly version: string
  readonly nonce: Buffer
  readonly plugin: string
}

const helloIn = (packet: Buffer): Hello => {
  if (packet[0] !== PROTOCOL) throw new Cut(STRANGE)
  const { text: version, end } = until0(packet, 1)
  const first = packet.subarray(end + 4, end + 12)
  const length = Math.max(13, (packet[end + 20] ?? 0) - 8)
  const second = packet.subarray(end + 31, end + 31 + length - 1)
  const { text: plugin } = until0(packet, end + 31 + length)
  return { version: version.replace(/^5\.5\.5-(?=\d+\.)/, ''), nonce: Buffer.concat([first, second]), plugin }
}

const encrypted = async (stream: Duplex, plain: Wire, head: Buffer): Promise<Wire> => {
  plain.write(head)
  const secure = connect({ socket: stream, rejectUnauthorized: false })
  await new Promise<void>((resolve, reject) => secure.once('secureConnect', resolve).once('error', reject))
  return wireOver(secure, 2)
}

const [OK, MORE, SWITCH] = [0, 1, 0xfe]
const [FAST, FULL] = [3, 4]
const KEY_ASKED: { readonly [plugin: string]: number } = { caching_sha2_password: 2, sha256_password: 1 }

const authenticated = async (wire: Wire, as: As, hello: Hello): Promise<void> => {
  let { plugin, nonce } = hello
  for (;;) {
    const packet = unrefused(await wire.read())
    if (packet[0] === OK) return
    if (packet[0] === SWITCH) {
      const { text, end } = until0(packet, 1)
      plugin = text
      nonce = packet.subarray(end, end + 20)
      wire.write(scrambled(plugin, as.password, nonce))
    } else if (packet[0] === MORE && packet[1] === FULL) {
      if (as.encrypted) wire.write(zeroEnded(as.password))
      else wire.write(Buffer.from([KEY_ASKED[plugin] ?? 2]))
    } else if (packet[0] === MORE && packet[1] !== FAST) wire.write(sealed(as.password, nonce, packet.subarray(1)))
    else if (packet[0] !== MORE) throw new Cut('it asks for a way to log in that is not known here')
  }
}

const sha = (name: 'sha1' | 'sha256', ...parts: ReadonlyArray<Buffer>): Buffer =>
  parts.reduce((hash, part) => hash.update(part), createHash(name)).digest()
const xor = (a: Buffer, b: Buffer): Buffer => Buffer.from(a.map((byte, at) => byte ^ (b[at % b.length] ?? 0)))

/** What shows that one knows the password without telling it. */
const scrambled = (plugin: string, password: string, nonce: Buffer): Buffer => {
  if (password === '') return Buffer.alloc(0)
  const clear = Buffer.from(password, 'utf8')
  if (plugin === 'sha256_password') return Buffer.from([KEY_ASKED.sha256_password ?? 1])
  if (plugin === 'mysql_native_password') {
    const once = sha('sha1', clear)
    return xor(once, sha('sha1', nonce, sha('sha1', once)))
  }
  const once = sha('sha256', clear)
  return xor(once, sha('sha256', sha('sha256', once), nonce))
}

/** Under the key that the server has just sent. */
const sealed = (password: string, nonce: Buffer, key: Buffer): Buffer =>
  publicEncrypt({ key: key.toString('latin1'), padding: constants.RSA_PKCS1_OAEP_PADDING }, xor(zeroEnded(password), nonce))
