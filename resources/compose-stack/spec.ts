import type * as t from 'io-ts'
import { list, map, optional, pattern, plain, spec, where, word } from '../../specs/codec.js'
import { FilePath } from '../../specs/file-path.js'
import { HostPath, VariableName } from '../../specs/name.js'
import { EnvironmentValue } from '../../specs/secret.js'
import { section } from '../section.js'
import { EXTENSION, SERVICE_KEYS } from './keys.js'

/** The system's own folders; everything in the root is ours. */
const SYSTEM = new Set(
  '/ /bin /boot /dev /etc /home /lib /lib64 /media /mnt /opt /proc /root /run /sbin /srv /sys /tmp /usr /usr/local /var /var/lib /var/lib/docker /var/log'.split(
    ' ',
  ),
)

const Root = where(HostPath, path => !SYSTEM.has(path), 'a folder of its own, such as /opt/torrust')

const Service = spec(
  'service',
  {
    environment: optional(
      map(VariableName, EnvironmentValue),
      undefined,
      'Its environment; a value can be a secret: { env: NAME } and the like.',
    ),
  },
  { rest: plain, others: SERVICE_KEYS, ignores: EXTENSION, words: 'a mapping as in Compose' },
)

const ServiceName = pattern('service', /^[a-z0-9][a-z0-9_.-]{0,62}$/, "a service's name in lower case", 'exporter')

export const ComposeStackSpec = section(
  'compose-stack',
  {
    root: optional(Root, '/opt/torrust', 'The folder on the host that holds everything.'),
    ipv6: optional(
      word('auto', 'required', 'disabled'),
      'auto',
      'auto: listeners are opened on IPv6 too, and checked if the host has an address; required: a host without one is refused.',
    ),
    services: optional(
      map(ServiceName, Service, 'a mapping of services as in Compose'),
      {},
      'Services of your own, in the syntax of Compose.',
      {
        exporter: { image: 'prom/node-exporter:v1.9.0', environment: { TOKEN: { env: 'EXPORTER_TOKEN' } } },
      },
    ),
    include: optional(list(FilePath), [], 'More compose files, merged in this order.', ['compose.extra.yaml']),
  },
  { instead: { path: 'Did you mean root?', folder: 'Did you mean root?', networks: 'Put networks into a file that include names.' } },
)
export type ComposeStackSpec = t.TypeOf<typeof ComposeStackSpec>
