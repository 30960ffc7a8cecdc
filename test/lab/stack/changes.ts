import { CLOSED } from '../ground.js'
import { HOSTILE } from '../hostile.js'

/** The environment file of the running stack, as a value that is edited. */
export type File = { readonly [section: string]: unknown }

/** One edit of the file, and whose containers stop for it. */
export interface Edit {
  readonly says: string
  readonly edit: (file: File) => File
  /** Secrets that are another value from now on. */
  readonly env?: { readonly [name: string]: string }
  /** Compose's names of the services; none: nothing that runs is touched. */
  readonly restarts: ReadonlyArray<string>
  /** There is nothing to do at all. */
  readonly idle?: true
  /** What a script on the machine, which is called as the environment, prints afterwards. */
  readonly proof?: { readonly script: (name: string) => string; readonly prints: string }
}

const within =
  (section: string, over: object) =>
  (file: File): File => ({ ...file, [section]: { ...(file[section] as object), ...over } })
const tracker = (over: object): Edit['edit'] => within('tracker', over)
const mysql = (over: object): Edit['edit'] => within('mysql', over)
const stack = (over: object): Edit['edit'] => within('compose-stack', over)
const same: Edit['edit'] = file => file

export const SECRETS = {
  STACK_TOKEN: 'first-token',
  STACK_PASSWORD: 'first-password',
  STACK_NOTE: 'first-note',
  STACK_CI: HOSTILE,
  STACK_REGISTRY: HOSTILE,
}
export const fileOf = (name: string, over: File = {}): File => ({
  name,
  provider: { kind: 'lxd' },
  tracker: {
    image: 'torrust/tracker:v3.0.0',
    udp: [6969],
    http: [7070],
    api: { admin_token: { env: 'STACK_TOKEN' } },
    database: 'mysql',
  },
  mysql: { password: { env: 'STACK_PASSWORD' } },
  ...over,
})

/** The answer of the API to a token. */
const letIn = (token: string): string =>
  `printf %s ${Buffer.from(token).toString('base64')} | base64 -d | curl -s -o /dev/null -w '%{http_code}' -G --data-urlencode token@- http://127.0.0.1:1212/api/v1/stats`

const hello = (over: object = {}): object => ({ image: 'lab/hello:1', environment: { NOTE: { env: 'STACK_NOTE' } }, ...over })

const loggingIn = {
  registries: { [CLOSED]: { user: 'ops', password: { env: 'STACK_REGISTRY' } } },
  daemon: { 'insecure-registries': [CLOSED] },
}

/** Each a single value of a file that runs, one after the other. */
export const EDITS: ReadonlyArray<Edit> = [
  { says: 'a UDP listener added', edit: tracker({ udp: [6969, 6970] }), restarts: ['tracker'] },
  { says: 'listeners in another order', edit: tracker({ udp: [6970, 6969] }), restarts: [], idle: true },
  { says: 'a UDP listener moved', edit: tracker({ udp: [6971, 6969] }), restarts: ['tracker'] },
  { says: 'a UDP listener on IPv4 alone', edit: tracker({ udp: [{ port: 6971, bind: '0.0.0.0' }, 6969] }), restarts: ['tracker'] },
  { says: 'a UDP listener on IPv6 alone', edit: tracker({ udp: [{ port: 6971, bind: '::' }, 6969] }), restarts: ['tracker'] },
  { says: 'a UDP listener removed', edit: tracker({ udp: [6969] }), restarts: ['tracker'] },
  { says: 'an HTTP listener added', edit: tracker({ http: [7070, 7071] }), restarts: ['tracker'] },
  { says: 'an HTTP listener on loopback', edit: tracker({ http: [7070, { port: 7071, bind: 'loopback' }] }), restarts: ['tracker'] },
  { says: 'an HTTP listener removed', edit: tracker({ http: [7070] }), restarts: ['tracker'] },
  { says: 'no IPv6', edit: stack({ ipv6: 'disabled' }), restarts: ['mysql', 'tracker'] },
  { says: 'IPv6 again', edit: stack({ ipv6: 'auto' }), restarts: ['mysql', 'tracker'] },
  { says: 'listed', edit: tracker({ listed: true }), restarts: ['tracker'] },
  { says: 'not listed', edit: tracker({ listed: false }), restarts: ['tracker'] },
  { says: 'private, without UDP', edit: tracker({ private: true, udp: [] }), restarts: ['tracker'] },
  { says: 'public again', edit: tracker({ private: false, udp: [6969] }), restarts: ['tracker'] },
  { says: "the API's token", edit: same, env: { STACK_TOKEN: HOSTILE }, restarts: ['tracker'] },
  { says: 'a token that is a number', edit: same, env: { STACK_TOKEN: '12345' }, restarts: ['tracker'] },
  {
    says: 'another token',
    edit: tracker({ api: { admin_token: { env: 'STACK_TOKEN' }, tokens: { ci: { env: 'STACK_CI' } } } }),
    restarts: ['tracker'],
    proof: { script: () => letIn(HOSTILE), prints: '200' },
  },
  { says: "the database's password", edit: same, env: { STACK_PASSWORD: HOSTILE }, restarts: ['tracker'] },
  { says: 'a plain password again', edit: same, env: { STACK_PASSWORD: 'plain' }, restarts: ['tracker'] },
  { says: 'the log level', edit: tracker({ log_level: 'debug' }), restarts: ['tracker'] },
  { says: "the tracker's memory", edit: tracker({ memory: '256MiB' }), restarts: ['tracker'] },
  { says: 'the announce interval', edit: tracker({ announce: { interval: '2m', interval_min: '2m' } }), restarts: ['tracker'] },
  { says: 'how long a peer is remembered', edit: tracker({ peer_timeout: '20m' }), restarts: ['tracker'] },
  { says: 'no counts of completed downloads', edit: tracker({ completed_stat: false }), restarts: ['tracker'] },
  {
    says: 'a setting that we do not model',
    edit: tracker({ config: { core: { inactive_peer_cleanup_interval: 300 } } }),
    restarts: ['tracker'],
  },
  { says: "the API's port", edit: tracker({ api: { port: 1214, admin_token: { env: 'STACK_TOKEN' } } }), restarts: ['tracker'] },
  { says: "the health check's port", edit: tracker({ health: { port: 1315 } }), restarts: ['tracker'] },
  { says: "the tracker's image", edit: tracker({ image: 'torrust/tracker:develop' }), restarts: ['tracker'] },
  {
    says: 'its image, of a registry that wants a login',
    edit: file => ({ ...tracker({ image: `${CLOSED}/torrust/tracker:v3.0.0` })(file), docker: loggingIn }),
    restarts: ['tracker'],
  },
  { says: "MySQL's memory", edit: mysql({ memory: '1GiB' }), restarts: ['mysql'] },
  { says: 'an option of MySQL', edit: mysql({ config: { max_connections: 123 } }), restarts: ['mysql'] },
  { says: 'a service of the user', edit: stack({ services: { hello: hello() } }), restarts: [] },
  {
    says: 'its secret',
    edit: same,
    env: { STACK_NOTE: HOSTILE },
    restarts: ['hello'],
    proof: { script: name => `docker exec ${name}-hello-1 busybox sh -c 'printf %s "$NOTE"'`, prints: HOSTILE },
  },
  { says: 'its image', edit: stack({ services: { hello: hello({ image: 'lab/hello:2' }) } }), restarts: ['hello'] },
  { says: 'its removal', edit: stack({ services: {} }), restarts: [] },
  { says: 'a port of somebody else in the firewall', edit: within('firewall', { allow: [{ port: 9100 }] }), restarts: [] },
]
