import { hasTls } from '../specs/listener.js'
import type { Environment } from './environment.js'

/** What of the tracker nobody reaches but through Caddy: `http 7070`. */
export const behindCaddy = ({ tracker: { http, api, health } }: Environment): ReadonlyArray<string> =>
  [...http.map(one => ({ one, name: 'http' })), { one: api, name: 'api' }, { one: health, name: 'health' }]
    .filter(({ one }) => hasTls(one))
    .map(({ one, name }) => `${name} ${one.port}`)
