import type * as t from 'io-ts'
import { Url } from '../../specs/address.js'
import { field, list, map, optional, pattern, plain, spec, text, word } from '../../specs/codec.js'
import { Secret } from '../../specs/secret.js'
import { section } from '../section.js'

const RegistryHost = pattern(
  'registry',
  /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*(?::\d{1,5})?$/,
  "a registry's host name",
  'ghcr.io',
)

const Registry = spec('registry', {
  user: field(text, 'The user there.', 'ops'),
  password: field(Secret, 'The password or token.', { env: 'GHCR_TOKEN' }),
})

export const DockerSpec = section('docker', {
  packages: optional(
    word('distribution', 'docker'),
    'distribution',
    "Whose packages to install: the distribution's, or Docker's own. Debian 12 gets Docker's: its own compose is too old.",
  ),
  mirrors: optional(list(Url), [], 'Mirrors of Docker Hub, tried in this order.', ['https://mirror.example.com']),
  registries: optional(map(RegistryHost, Registry, 'a mapping from registries to user and password'), {}, 'Registries that want a login.', {
    'ghcr.io': { user: 'ops', password: { env: 'GHCR_TOKEN' } },
  }),
  daemon: optional(
    map(text, plain, 'a mapping of engine settings'),
    {},
    "More settings of the engine, in daemon.json's own words. What the host's file says beside them stays.",
    {
      'max-concurrent-downloads': 5,
    },
  ),
})
export type DockerSpec = t.TypeOf<typeof DockerSpec>
