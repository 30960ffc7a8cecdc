import type * as t from 'io-ts'
import { Address } from '../../specs/address.js'
import { TimeOrNever, TimeZone } from '../../specs/clock.js'
import { list, map, optional, pattern, whole, word } from '../../specs/codec.js'
import { SystemImage } from '../../specs/image.js'
import { HostLabel, SysctlKey, SysctlValue } from '../../specs/name.js'
import { size } from '../../specs/size.js'
import { section } from '../section.js'

const ServerType = pattern('server type', /^[a-z]{2,5}\d{1,3}$/, 'a server type of Hetzner', 'cx22')

export const VmSpec = section(
  'vm',
  {
    image: optional(SystemImage, 'debian/13', 'The operating system. Not on an existing server.'),
    cpus: optional(whole(1, 256), 2, 'Processors. Not at Hetzner and not on an existing server.'),
    memory: optional(size({ least: '256MiB' }), '2GiB', 'Memory. Not at Hetzner and not on an existing server.'),
    disk: optional(size({ least: '4GiB' }), '10GiB', 'The root disk. Not at Hetzner and not on an existing server.'),
    server_type: optional(ServerType, undefined, 'Hetzner only, and needed there: it says cpus, memory and disk in one word.', 'cx22'),
    hostname: optional(
      HostLabel,
      undefined,
      "The host's name for itself. Default: the machine's name at the provider; an existing server keeps its own.",
    ),
    timezone: optional(TimeZone, undefined, 'Default: UTC; an existing server keeps its own.', 'Europe/Berlin'),
    upgrades: optional(
      word('security', 'all', 'none'),
      undefined,
      'Which packages are upgraded by themselves. Default: security; an existing server keeps its settings.',
    ),
    reboot: optional(
      TimeOrNever,
      undefined,
      'When to reboot after upgrades that need it. Default: "02:00", or later where a backup runs then; an existing server keeps its settings.',
      '04:30',
    ),
    sysctl: optional(map(SysctlKey, SysctlValue, 'a mapping from settings of the kernel to values'), {}, 'Settings of the kernel.', {
      'net.core.rmem_max': 8388608,
    }),
    public_addresses: optional(
      list(Address),
      [],
      'Addresses that clients reach beside those of the machine itself, such as floating ones.',
    ),
  },
  {
    instead: {
      type: 'Container or virtual machine is said in provider.type.',
      host: 'The machine is named in provider: { kind: ssh, host: ... }.',
      location: 'The location is provider.location.',
      instance_name: 'The name at the provider is provider.instance.',
      ram: 'Did you mean memory?',
      cores: 'Did you mean cpus?',
    },
  },
)
export type VmSpec = t.TypeOf<typeof VmSpec>

/** What a machine that is made gets, where the file doesn't say; an existing server keeps what it has. */
export const MADE = { timezone: 'UTC', upgrades: 'security', reboot: '02:00' } as const
