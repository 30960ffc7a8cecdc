import { find, lxc, query } from './lxd.js'
import { PROJECT } from './lxd-desk.js'
import { run } from './run.js'

/** A project of the tests' own, new and empty. */
export const newProject = async (): Promise<void> => {
  await dropProject()
  await lxc(['project', 'create', PROJECT, '-c', 'features.images=false', '-c', 'features.profiles=false'])
}

export const dropProject = async (): Promise<void> => {
  if ((await find(`/1.0/projects/${PROJECT}`)) === undefined) return
  for (const path of await query<ReadonlyArray<string>>(`/1.0/instances?project=${PROJECT}`)) {
    const name = path.replace(/\?.*/, '').split('/').pop() ?? ''
    await run(['lxc', 'delete', '--force', '--project', PROJECT, name])
  }
  await lxc(['project', 'delete', PROJECT])
}
