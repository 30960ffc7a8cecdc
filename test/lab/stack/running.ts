import * as assert from 'uvu/assert'
import { KEY } from '../cache.js'
import { builtCli, type Desk, deskOf, type Said, told } from '../cli.js'
import { ensureKey } from '../host.js'
import { inside } from '../inside.js'
import { run } from '../run.js'
import { type Edit, type File, fileOf, SECRETS } from './changes.js'
import { changed, restartedIn, type Seen, seenOn } from './seen.js'

/** A stack on a machine of its own, whose file is edited while it runs. */
export interface Running {
  readonly name: string
  readonly desk: Desk
  /** Read anew by each command. */
  readonly secrets: Record<string, string>
  file: File
  /** As the last edit has left it, while nothing else has been done since. */
  seen?: Seen
}

export const stackNamed = async (name: string): Promise<Running> => {
  await ensureKey()
  await removeMachine(name)
  const secrets = { ...SECRETS }
  const file = fileOf(name, { ssh: { key: KEY } })
  return { name, secrets, file, desk: deskOf(await builtCli(), file, secrets) }
}

export const removeMachine = (name: string) => run(['lxc', 'delete', '--force', name])

export const good = (said: Said): Said => {
  assert.is(said.code, 0, told(said))
  return said
}
export const settled = async (desk: Desk): Promise<void> => void good(await desk.run('plan', '--detailed-exitcode'))

interface Task {
  readonly addr: string
  readonly impact: { readonly stops: ReadonlyArray<string>; readonly effect?: string }
  readonly files: ReadonlyArray<{ readonly path: string }>
  readonly steps: ReadonlyArray<{ readonly do: string; readonly path?: string; readonly id?: string }>
}
interface Applied {
  readonly plan: { readonly tasks: ReadonlyArray<Task> }
  readonly report?: { readonly checks: ReadonlyArray<{ readonly result: string }> }
}

/** An edit as it went: what its plan said beside what the host says. */
export interface Played {
  readonly says: string
  readonly announced: ReadonlyArray<string>
  readonly restarted: ReadonlyArray<string>
  readonly written: ReadonlyArray<string>
  /** Of those that ran: all were green. */
  readonly checks: number
  readonly seconds: number
}

/** What the firewall keeps beside what the plan says of it. */
const isKept = (path: string): boolean => path.startsWith('/etc/ufw/')

const announcedBy = (tasks: ReadonlyArray<Task>): ReadonlyArray<string> =>
  [
    ...new Set(tasks.flatMap(({ addr, impact }) => (addr === STACK ? ownOf(impact) : impact.stops.map(one => one.split('.')[0] ?? '')))),
  ].sort()

const STACK = 'compose-stack.main'
/** Services of the user have no address of their own. */
const ownOf = ({ effect = '' }: Task['impact']): ReadonlyArray<string> => {
  const [, names = 'nothing itself'] = /^restarts (.*?)(?:, starts .*)?$/.exec(effect) ?? []
  return names === 'nothing itself' ? [] : names.split(', ')
}

const writtenBy = (tasks: ReadonlyArray<Task>): ReadonlySet<string> =>
  new Set(
    tasks.flatMap(({ files, steps }) =>
      [...files, ...steps.map(({ path, id }) => ({ path: path ?? id }))].flatMap(({ path }) => path ?? []),
    ),
  )

/** Applies an edit and holds it to its plan: who restarts, which files are written, that checks are green and nothing is left to do. */
export const playEdit = async (running: Running, { says, edit, env, restarts, idle, proof }: Edit): Promise<Played> => {
  const { name, desk } = running
  const before = running.seen ?? (await seenOn(name))
  delete running.seen
  running.file = edit(running.file)
  Object.assign(running.secrets, env)
  desk.write(running.file)
  const ran = good(await desk.run('apply', '--yes', '--json'))
  const { plan, report } = JSON.parse(ran.stdout).result as Applied
  if (idle) assert.equal(plan.tasks, [])
  const after = await seenOn(name)
  const [announced, restarted] = [announcedBy(plan.tasks), restartedIn(before, after)]
  assert.equal(restarted, [...restarts].sort(), told(ran))
  assert.equal(announced, [...restarts].sort(), JSON.stringify(plan.tasks.map(({ addr, impact }) => ({ addr, impact }))))
  const [written, allowed] = [changed(before.files, after.files), writtenBy(plan.tasks)]
  assert.equal(
    written.filter(path => !allowed.has(path) && !isKept(path)),
    [],
  )
  if (proof !== undefined) assert.is(await inside(name, proof.script(name)), proof.prints)
  await settled(desk)
  running.seen = after
  return { says, announced, restarted, written, checks: report?.checks.length ?? 0, seconds: ran.seconds }
}
