import type * as t from 'io-ts'
import { Email, Url } from '../../specs/address.js'
import { type Codec, choice, field, optional, where, word } from '../../specs/codec.js'
import { container, section } from '../section.js'

const Known: Codec<string> = word('letsencrypt', 'letsencrypt-staging', 'internal') as Codec<string>
const Directory = where(
  Url,
  url => url.startsWith('https://'),
  "letsencrypt, letsencrypt-staging, internal or the https URL of an authority's directory",
)

const Authority: Codec<string> = choice('authority', 'letsencrypt, letsencrypt-staging, internal or a URL', [
  { when: input => typeof input === 'string' && input.includes(':'), codec: Directory },
  { when: () => true, codec: Known },
])

export const CaddySpec = section(
  'caddy',
  {
    ...container('caddy:2.11.2'),
    email: field(Email, 'Where the certificate authority writes to.', 'ops@example.com'),
    ca: optional(Authority, 'letsencrypt', 'Who signs the certificates. internal: Caddy itself, as it always does for .local names.'),
  },
  { instead: { admin_email: 'Did you mean email?', use_staging: 'Write ca: letsencrypt-staging.' } },
)
export type CaddySpec = t.TypeOf<typeof CaddySpec>
