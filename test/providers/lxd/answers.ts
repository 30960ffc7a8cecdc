import type { Outcome, Provider } from '../../../engine/channel.js'
import { act } from '../sandbox/desk.js'
import { claim, makes, NAME } from './life.js'
import { type Exchange, lxdAt, type Replay, replay } from './replay.js'

/** A server made of single answers. */
export const sync = (method: string, path: string, metadata: unknown, etag?: string): Exchange => ({
  method,
  path,
  status: 200,
  ...(etag !== undefined && { etag }),
  body: { type: 'sync', error_code: 0, error: '', metadata },
})
export const refuses = (method: string, path: string, code: number, error: string): Exchange => ({
  method,
  path,
  status: code,
  body: { type: 'error', error_code: code, error, metadata: null },
})
export const operation = (id: string, status: string, err = '') => ({
  id,
  class: 'task',
  status,
  err,
  resources: { instances: [`/1.0/instances/${NAME}`] },
  metadata: null,
})
export const begins = (method: string, path: string, id: string): Exchange => ({
  method,
  path,
  status: 202,
  body: { type: 'async', error_code: 0, error: '', metadata: operation(id, 'Running') },
})
export const ends = (id: string, status: string, err = ''): Exchange =>
  sync('GET', `/1.0/operations/${id}/wait?timeout=5`, operation(id, status, err))

export const server = (make = 'lxd', driver = 'lxc | qemu'): Exchange =>
  sync('GET', '/1.0', {
    auth: 'trusted',
    api_extensions: ['cloud_init'],
    environment: { server: make, driver, certificate_fingerprint: 'ff' },
  })
export const quiet = sync('GET', '/1.0/operations?recursion=1', {})
export const profile = sync('GET', '/1.0/profiles/default', {
  devices: { root: { type: 'disk', path: '/', pool: 'fast' }, eth0: { type: 'nic', network: 'lxdbr0' } },
})
export const pool = sync('GET', '/1.0/storage-pools/fast', { name: 'fast' })
export const image = sync('GET', '/1.0/images/aliases/debian%2F13', { target: 'ab' })
export const there = [server(), quiet, profile, pool, image]
export const AT = `/1.0/instances/${NAME}`
export const marks = { 'user.deployer.mark': 'deployer', 'user.deployer.environment': 'demo', 'user.deployer.addr': 'vm.main' }
export const instance = (more: object = {}) => ({
  name: NAME,
  type: 'virtual-machine',
  status: 'Stopped',
  profiles: ['default'],
  config: { ...marks, 'user.deployer.fence': '5', 'user.deployer.run': '3' },
  devices: {},
  expanded_config: {},
  expanded_devices: { root: { type: 'disk', path: '/', pool: 'fast', size: '4GiB' } },
  last_used_at: '2026-11-21T17:26:54Z',
  ...more,
})

export const spoken = async (
  exchanges: ReadonlyArray<Exchange>,
  body: (provider: Provider, replay: Replay) => Promise<void>,
): Promise<void> => {
  const replayed = await replay(exchanges)
  const provider = lxdAt({ socket: replayed.socket })
  await body(provider, replayed).finally(async () => {
    await provider.close()
    replayed.close()
  })
}
export const make = (provider: Provider, system = 'debian/13', extra: object = {}): Promise<Outcome> =>
  act(provider, { addr: 'vm.main', fence: 5, claims: [claim], steps: [makes(system, extra)] })
export const change = (provider: Provider, step: object, fence = 5): Promise<Outcome> =>
  act(provider, { addr: 'vm.main', fence, steps: [{ do: 'machine update', via: 'provider', name: NAME, ...step }] })
export const faultOf = (outcome: Outcome): unknown => (outcome.is === 'done' ? 'done' : outcome.fault)

export const managed = (config: object): Exchange => sync('GET', '/1.0/networks/lxdbr0', { name: 'lxdbr0', managed: true, config })
