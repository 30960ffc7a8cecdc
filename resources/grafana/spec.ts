import type * as t from 'io-ts'
import { optional, pattern } from '../../specs/codec.js'
import { httpService, SPELLING } from '../../specs/listener.js'
import { Secret } from '../../specs/secret.js'
import { container, section } from '../section.js'

const Login = pattern('login', /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/, 'a login of letters, digits and . _ @ -', 'admin')

export const GrafanaSpec = section(
  'grafana',
  {
    ...container('grafana/grafana:13.0.0'),
    ...httpService(3000, 'grafana.example.com'),
    admin_user: optional(Login, 'admin', "The administrator's login."),
    admin_password: optional(Secret, { generate: 32 }, "The administrator's password."),
  },
  { instead: SPELLING },
)
export type GrafanaSpec = t.TypeOf<typeof GrafanaSpec>
