import { type Codec, choice, field, isRecord, scalar, spec, wrong } from './codec.js'
import { FilePath } from './file-path.js'

const SORTS = ['ssh-ed25519', 'ssh-rsa', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521']
const SAFER = ['sk-ssh-ed25519@openssh.com', 'sk-ecdsa-sha2-nistp256@openssh.com']

const PublicText: Codec<string> = scalar(
  'public key',
  'a public key, or { file: path }',
  { type: 'string', pattern: '^(ssh|ecdsa|sk)-[^ ]+ [A-Za-z0-9+/=]+( .*)?$' },
  (input, at) => {
    if (typeof input !== 'string') return wrong(input, 'a public key, or { file: path }', at)
    if (input.includes('PRIVATE KEY'))
      return at.error('VALUE_INVALID', 'this is a private key.', 'Expected the public one, and take this one out of the file.')
    const line = input.trim()
    const [sort = '', body = ''] = line.split(' ')
    if (!line.includes('\n') && [...SORTS, ...SAFER].includes(sort) && bodyNames(body, sort)) return line
    const path = /^[~./]|\.pub$/.test(line)
    return at.error(
      'VALUE_INVALID',
      path ? 'this is a path.' : 'not a public key.',
      path ? 'Write { file: path }.' : 'Expected a line such as ssh-ed25519 AAAA... name.',
    )
  },
)

/** The key itself repeats what sort it is. */
const bodyNames = (body: string, sort: string): boolean => {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(body)) return false
  const bytes = Buffer.from(body, 'base64')
  return bytes.length > 4 + sort.length && bytes.readUInt32BE(0) === sort.length && bytes.subarray(4, 4 + sort.length).toString() === sort
}

export type PublicKey = string | { readonly file: string }

/** The text of a public key, or the file that has it. */
export const PublicKey: Codec<PublicKey> = choice<PublicKey>('public key', 'a public key, or { file: path }', [
  { when: isRecord, codec: spec('public key', { file: field(FilePath, 'A file with one public key.') }) as Codec<PublicKey> },
  { when: () => true, codec: PublicText as Codec<PublicKey> },
])
