import type * as t from 'io-ts'
import { list, optional, spec } from './codec.js'
import { duration } from './duration.js'
import { FilePath } from './file-path.js'
import { Port, UserName } from './name.js'
import { PublicKey } from './ssh-key.js'

const HOST = 'The machine is named in provider: { kind: ssh, host: ... }.'

/** How to log in. Machines that are made get this user and these keys; an existing server must have them. */
export const Ssh = spec(
  'ssh',
  {
    key: optional(
      FilePath,
      undefined,
      'The private key. Default: ~/.ssh/id_ed25519; on an existing server what ssh itself would use, its agent and configuration included.',
      '~/.ssh/id_ed25519',
    ),
    user: optional(UserName, 'torrust', 'The login user.'),
    port: optional(Port, 22, 'The port of sshd.'),
    timeout: optional(
      duration({ most: '10m' }),
      '10s',
      'How long the host may take to let somebody in. What it is asked then may take six times as long without a word.',
    ),
    authorized_keys: optional(
      list(PublicKey),
      undefined,
      'The keys that may log in, one for each administrator, as text or { file: path }. Default: the key with .pub, where there is one.',
      [{ file: '~/.ssh/id_ed25519.pub' }],
    ),
  },
  {
    instead: {
      host: HOST,
      address: HOST,
      username: 'Did you mean user?',
      private_key_path: 'Did you mean key?',
      public_key_path: 'Write authorized_keys: [{ file: path }].',
      password: 'There is no login by password; write key.',
    },
  },
)
export type Ssh = t.TypeOf<typeof Ssh>
