import { constants, createHash, generateKeyPairSync, privateDecrypt } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { connect, createServer, type Socket } from 'node:net'

/** What the server in this process is like. An answer to a statement is its first column, or a number and words of an error. */
export interface Like {
  readonly version?: string
  readonly plugin?: 'mysql_native_password' | 'caching_sha2_password'
  /** Another way to log in than the one that it says first. */
  readonly switches?: true
  readonly password?: string
  /** In place of its first word. */
  readonly greets?: Buffer
  readonly answers?: (sql: string) => ReadonlyArray<string> | readonly [number, string]
}

const NONCE = Buffer.from('abcdefghijklmnopqrst')
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
const packet = (number: number, body: Buffer): Buffer =>
  Buffer.concat([Buffer.from([body.length & 255, body.length >> 8, 0, number & 255]), body])
const text = (words: string): Buffer => Buffer.from(`${words}\0`)
const OK = Buffer.from([0, 0, 0, 2, 0, 0, 0])
const END = Buffer.from([0xfe, 0, 0, 2, 0])
export const errorOf = (number: number, says: string): Buffer =>
  Buffer.concat([Buffer.from([0xff, number & 255, number >> 8]), Buffer.from(`#HY000${says}`)])

const greeting = ({ version = '8.4.3', plugin = 'caching_sha2_password' }: Like): Buffer =>
  Buffer.concat([
    Buffer.from([10]),
    text(version),
    Buffer.from([1, 0, 0, 0]),
    NONCE.subarray(0, 8),
    Buffer.from([0, 0xff, 0xf7, 45, 2, 0, 0xff, 0xdf, 21]),
    Buffer.alloc(10),
    NONCE.subarray(8),
    Buffer.from([0]),
    text(plugin),
  ])

const sha1 = (...parts: ReadonlyArray<Buffer>): Buffer => parts.reduce((hash, part) => hash.update(part), createHash('sha1')).digest()
const nativeOf = (password: string): Buffer => {
  const once = sha1(Buffer.from(password))
  const mask = sha1(NONCE, sha1(once))
  return Buffer.from(once.map((byte, at) => byte ^ (mask[at] ?? 0)))
}

/** One client: it may come in with the password, and is answered what was told. */
const serve = async (socket: Socket, like: Like): Promise<void> => {
  const { password = 'pw', plugin = 'caching_sha2_password', answers = () => [] } = like
  const isNative = (like.switches ? 'mysql_native_password' : plugin) === 'mysql_native_password'
  let left = Buffer.alloc(0)
  let number = 0
  const chunks = socket[Symbol.asyncIterator]()
  const read = async (): Promise<Buffer> => {
    while (left.length < 4 || left.length < 4 + left.readUIntLE(0, 3)) {
      const { value, done } = await chunks.next()
      if (done) throw new Error('gone')
      left = Buffer.concat([left, value])
    }
    const length = left.readUIntLE(0, 3)
    number = left.readUInt8(3) + 1
    const body = left.subarray(4, 4 + length)
    left = left.subarray(4 + length)
    return body
  }
  const say = (body: Buffer): void => void socket.write(packet(number++, body))

  socket.write(packet(0, like.greets ?? greeting(like)))
  const hello = await read()
  let proof = hello.subarray(hello.indexOf(0, 32) + 2, hello.indexOf(0, 32) + 2 + (hello[hello.indexOf(0, 32) + 1] ?? 0))
  if (like.switches) {
    say(Buffer.concat([Buffer.from([0xfe]), text('mysql_native_password'), NONCE, Buffer.from([0])]))
    proof = await read()
  }
  let entered = isNative && proof.equals(nativeOf(password))
  if (!isNative) {
    say(Buffer.from([1, 4]))
    await read()
    say(Buffer.concat([Buffer.from([1]), Buffer.from(keys.publicKey.export({ type: 'spki', format: 'pem' }))]))
    const clear = privateDecrypt({ key: keys.privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING }, await read())
    entered = Buffer.from(clear.map((byte, at) => byte ^ (NONCE[at % 20] ?? 0))).toString() === `${password}\0`
  }
  say(entered ? OK : errorOf(1045, 'Access denied'))
  while (entered) {
    const asked = await read()
    if (asked[0] === 1) return void socket.end()
    const answer = answers(asked[0] === 2 ? `USE ${asked.subarray(1)}` : `${asked.subarray(1)}`)
    if (typeof answer[0] === 'number') say(errorOf(answer[0], `${answer[1]}`))
    else if (asked[0] === 2) say(OK)
    else for (const one of [Buffer.from([1]), Buffer.from('column'), END, ...answer.map(row => rowOf(`${row}`)), END]) say(one)
  }
}

const rowOf = (row: string): Buffer => {
  const body = Buffer.from(row)
  return Buffer.concat([body.length < 251 ? Buffer.from([body.length]) : Buffer.from([0xfc, body.length & 255, body.length >> 8]), body])
}

export const standIn = async (like: Like) => {
  const server = createServer(socket => {
    socket.on('error', () => {})
    serve(socket, like).catch(() => socket.destroy())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { open: async () => connect(port, '127.0.0.1'), close: () => server.close() }
}
