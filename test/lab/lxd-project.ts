import { find, lxc, query } from './lxd.js'
import { PROJECT } from './lxd-desk.js'
import { run } from './run.js'

/** A project of the tests' own, new and empty. */
export const newProject = async (project: string = PROJECT): Promise<void> => {
  await dropProject(project)
  await lxc(['project', 'create', project, '-c', 'features.images=false', '-c', 'features.profiles=false'])
}

export const dropProject = async (project: string = PROJECT): Promise<void> => {
  if ((await find(`/1.0/projects/${project}`)) === undefined) return
  for (const path of await query<ReadonlyArray<string>>(`/1.0/instances?project=${project}`)) {
    const name = path.replace(/\?.*/, '').split('/').pop() ?? ''
    await run(['lxc', 'delete', '--force', '--project', project, name])
  }
  await lxc(['project', 'delete', project])
}
