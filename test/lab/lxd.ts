import { must, type RunOptions, run } from './run.js'

/** On whatever the lab makes in LXD; what does not bear it is somebody else's. */
export const MARK = 'user.deployer-lab'

const TODO = 'look at the end of /var/log/lxd/lxd.log, and at: lxc info'

export const lxc = (argv: ReadonlyArray<string>, options: RunOptions = {}): Promise<string> => must(['lxc', ...argv], TODO, options)

export const query = async <A>(path: string): Promise<A> => JSON.parse(await lxc(['query', path])) as A

/** Undefined for what is not there. */
export const find = async <A>(path: string): Promise<A | undefined> => {
  const { code, stderr } = await run(['lxc', 'query', path])
  return code !== 0 && /not found/i.test(stderr) ? undefined : await query<A>(path)
}

export interface Entry {
  readonly name: string
  readonly config: { readonly [key: string]: string }
  readonly used_by: ReadonlyArray<string>
}

export interface Instance {
  readonly name: string
  readonly project: string
  readonly status: string
  readonly config: { readonly [key: string]: string }
}

export const instances = (): Promise<ReadonlyArray<Instance>> => query('/1.0/instances?recursion=1&all-projects=true')

export const isOurs = ({ config }: { readonly config: { readonly [key: string]: string } }): boolean => config[MARK] !== undefined
