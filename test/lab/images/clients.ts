import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { folderOf } from './layer.js'
import { TRACKER_LAYER } from './tracker/recipe.js'

export type TrackerClient = 'udp_tracker_client' | 'http_tracker_client' | 'tracker_checker'

/** Argv of a client from the tracker's own crate; it runs with the libraries it was built with, whatever this machine has. */
export const trackerClient = (name: TrackerClient): ReadonlyArray<string> => {
  const clients = join(folderOf(TRACKER_LAYER), 'clients')
  const lib = join(clients, 'lib')
  const loader = readdirSync(lib).find(file => file.startsWith('ld-linux-')) ?? ''
  return [join(lib, loader), '--library-path', lib, join(clients, name)]
}
