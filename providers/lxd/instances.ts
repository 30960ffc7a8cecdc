import { type Attempt, attempt, E, fail, need } from '../../specs/fp.js'
import type { Api } from './api.js'
import { holderOfInstance } from './marks.js'
import { isUnderWay } from './operation.js'
import { nameIn } from './server.js'
import type { Instance, Operation } from './shapes.js'

export const pathOf = (name: string): string => `/1.0/instances/${encodeURIComponent(name)}`

/** An instance with the tag of what can be written of it. */
export interface Tagged {
  readonly instance: Instance
  readonly etag?: string
}

export const instanceAt = (api: Api, name: string): Attempt<Tagged | undefined> =>
  attempt(async () => {
    const reply = await need(api.ask<Instance>({ method: 'GET', path: pathOf(name) }))
    if (reply.is === 'done') return { instance: reply.value, ...(reply.etag !== undefined && { etag: reply.etag }) }
    return reply.gone ? undefined : need(fail({ code: 'PROVIDER_FAILED', provider: 'lxd', why: reply.why }))
  })

/** Machines of an environment that stand in other projects, as far as we may look there. */
export const strays = (api: Api, environment: string, known: ReadonlyArray<Instance> = []): Attempt<ReadonlyArray<Instance>> =>
  attempt(async () => {
    const here = new Set(known.map(keyOf))
    const reply = await api.in(undefined).ask<ReadonlyArray<Instance> | null>({ method: 'GET', path: EVERYWHERE })()
    const all = E.isRight(reply) && reply.right.is === 'done' ? (reply.right.value ?? []) : []
    return all.filter(one => holderOfInstance(one)?.environment === environment && !here.has(keyOf(one)))
  })

const EVERYWHERE = '/1.0/instances?recursion=1&all-projects=true'
const keyOf = ({ project = 'default', name }: Instance): string => `${project}/${name}`

type Operations = { readonly [status: string]: ReadonlyArray<Operation> | null } | null

/** What is going on that was not begun here. */
export const operationsOfOthers = (api: Api): Attempt<ReadonlyArray<Operation>> =>
  attempt(async () => {
    const groups = await need(api.get<Operations>('/1.0/operations?recursion=1'))
    return Object.values(groups ?? {}).flatMap(group => (group ?? []).filter(one => isWork(one) && !api.own.has(one.id)))
  })

const isWork = (one: Operation): boolean => one.class === 'task' && isUnderWay(one)

export const isAbout =
  (name: string) =>
  ({ resources }: Operation): boolean =>
    [...(resources?.instances ?? []), ...(resources?.containers ?? [])].some(path => nameIn(path) === name)

/** Once whatever somebody began with it is over: a process that was killed leaves LXD at work. */
export const settledInstance = (api: Api, name: string): Attempt<Tagged | undefined> =>
  attempt(async () => {
    for (const { id } of (await need(operationsOfOthers(api))).filter(isAbout(name))) await need(api.waitFor(id))
    return need(instanceAt(api, name))
  })
