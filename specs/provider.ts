import type * as t from 'io-ts'
import { HostName, Url } from './address.js'
import { type Codec, choice, field, isRecord, list, map, optional, pattern, plain, spec, tagged, whole, word } from './codec.js'
import { FilePath } from './file-path.js'
import { InstanceName } from './name.js'
import { Secret } from './secret.js'

const LxdName = pattern('name', /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/, 'a name as LXD has it', 'default')
const LxdSetting = pattern(
  'setting',
  /^(?!limits\.(cpu|memory)$|(user|cloud-init)\.user-data$|user\.deployer\.|(volatile|image)\.)[a-z][\w.-]*$/,
  'a setting of LXD that the file can give: sizes stand in vm, the login in ssh, and user.deployer is ours',
)
const instance = optional(InstanceName, undefined, "The machine's name at the provider. Default: the environment's name.", 'tracker-1')

const sandbox = spec('sandbox', {
  seed: optional(
    whole(0, 4_294_967_295),
    0,
    'Which trouble the simulated host makes, to try how runs go on: 0 is none, below 1000 a run gets over it by itself, and the same number makes the same trouble.',
  ),
})

const RemoteServer = spec('remote', {
  url: field(Url, 'Where its API is.', 'https://lxd.example.com:8443'),
  certificate: field(FilePath, "The client's certificate.", '~/.config/lxc/client.crt'),
  key: field(FilePath, "The client's key.", '~/.config/lxc/client.key'),
  server_certificate: optional(
    FilePath,
    undefined,
    "The server's own certificate, and no other. Default: the one that lxc keeps of this server; without one a certificate authority has to vouch for it.",
    '~/.config/lxc/servercerts/far.crt',
  ),
})
type Remote = string | t.TypeOf<typeof RemoteServer>
const Remote: Codec<Remote> = choice<Remote>(
  'remote',
  "a name in lxc's own configuration or a mapping with url, certificate, key",
  [
    { when: isRecord, codec: RemoteServer as Codec<Remote> },
    { when: input => typeof input === 'string', codec: LxdName as Codec<Remote> },
  ],
  { merges: true },
)

const lxd = spec(
  'lxd',
  {
    type: optional(
      word('container', 'virtual-machine'),
      'container',
      'Containers start in seconds; virtual machines have a kernel of their own.',
    ),
    profiles: optional(list(LxdName), ['default'], 'Profiles of LXD, in their order.'),
    network: optional(LxdName, undefined, "A network of LXD. Default: the profiles' one.", 'lxdbr0'),
    pool: optional(LxdName, undefined, "A storage pool. Default: the profiles' one.", 'default'),
    project: optional(LxdName, undefined, 'A project of LXD. Default: the one named default.', 'default'),
    config: optional(map(LxdSetting, plain, 'a mapping of LXD settings'), {}, 'Settings of the instance in the words of LXD.', {
      'boot.autostart': true,
    }),
    instance,
    socket: optional(FilePath, undefined, 'The socket of LXD or Incus. Default: the first one found.', '/var/lib/incus/unix.socket'),
    remote: optional(Remote, undefined, "Another machine's LXD: a name in lxc's own configuration, or its API."),
  },
  {
    instead: {
      profile_name: 'Write profiles: [name].',
      cpus: 'Sizes are in vm.',
      memory: 'Sizes are in vm.',
      image: 'The image is vm.image.',
    },
  },
)

const Location = pattern('location', /^[a-z]{2,4}\d{0,2}$/, 'a location of Hetzner', 'nbg1')

const hetzner = spec(
  'hetzner',
  {
    api_token: optional(Secret, { env: 'HCLOUD_TOKEN' }, "The project's API token."),
    location: field(Location, 'Where the server stands.', 'nbg1'),
    instance,
  },
  { instead: { server_type: 'The server type is vm.server_type.', image: 'The image is vm.image.', token: 'Did you mean api_token?' } },
)

const ssh = spec(
  'ssh',
  { host: field(HostName, 'The server, by name or address.', 'tracker.example.com') },
  {
    instead: {
      port: 'The port of sshd is ssh.port.',
      user: 'The login user is ssh.user.',
      key: 'The key is ssh.key.',
      address: 'Did you mean host?',
      ip: 'Did you mean host?',
    },
  },
)

/** Where the machine is. A word alone is short for a mapping with this kind. */
export const Provider = tagged('kind', { sandbox, lxd, hetzner, ssh }, { bare: true })
export type Provider = t.TypeOf<typeof Provider>
