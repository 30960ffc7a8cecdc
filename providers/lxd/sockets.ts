import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Home } from './client-config.js'

const USUAL = ['/var/snap/lxd/common/lxd/unix.socket', '/var/lib/lxd/unix.socket', '/run/incus/unix.socket', '/var/lib/incus/unix.socket']

/** Where LXD or Incus may listen. As for lxc, LXD_DIR stands in place of the usual folders. */
export const socketsOf = ({ env }: Pick<Home, 'env'>): ReadonlyArray<string> => {
  const own = [env.LXD_DIR, env.INCUS_DIR].flatMap(folder => (folder === undefined || folder === '' ? [] : [join(folder, 'unix.socket')]))
  return own.length > 0 ? own : USUAL
}

export const socketAmong = (places: ReadonlyArray<string>): string | undefined => places.find(place => existsSync(place))
