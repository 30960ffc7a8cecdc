import type { Batch } from '../../engine/channel.js'
import type { Held, Holder, StepOf } from '../../engine/contract.js'
import { holderOf, marksOf } from '../../engine/mark.js'
import type { Json } from '../../specs/json.js'
import type { Config, Instance } from './shapes.js'

type Labels = { readonly [key: string]: string }

/** How a machine was asked for, which LXD itself does not keep. */
export interface Made {
  /** Of the machine then: a copy has all its labels, and another name. */
  readonly name?: string
  readonly image: string
  readonly extra: { readonly [key: string]: Json }
}

const MADE = 'user.deployer.made'
const FENCE = 'user.deployer.fence'
const RUN = 'user.deployer.run'
/** Under `user.` too, and cloud-init's. */
const NO_LABELS = new Set([MADE, FENCE, RUN, 'user.user-data', 'user.vendor-data', 'user.network-config', 'user.meta-data'])

export const configOfLabels = (labels: Labels): Config =>
  Object.fromEntries(Object.entries(labels).map(([key, value]) => [`user.${key}`, value]))

export const configOfMade = (made: Made): Config => ({ [MADE]: JSON.stringify(made) })

/** Who wrote last; a writer with a smaller fence comes too late. */
export const configOfWriter = ({ fence, run }: Pick<Batch, 'fence' | 'run'>): Config => ({ [FENCE]: `${fence}`, [RUN]: `${run}` })

export const labelsOf = ({ config }: Pick<Instance, 'config'>): Labels => {
  const written = writtenConfig(madeOf({ config }))
  return Object.fromEntries(
    Object.entries(config)
      .filter(([key]) => key.startsWith('user.') && !NO_LABELS.has(key) && !(key in written))
      .map(([key, value]) => [key.slice('user.'.length), value]),
  )
}

export const madeOf = ({ config }: Pick<Instance, 'config'>): Made | undefined => {
  try {
    const made = JSON.parse(config[MADE] ?? '') as Made
    return typeof made.image === 'string' && typeof made.extra === 'object' && made.extra !== null ? made : undefined
  } catch {
    return undefined
  }
}

/** The settings that the file gives in LXD's own words. */
export const writtenConfig = (made: Pick<Made, 'extra'> | undefined): { readonly [key: string]: Json | undefined } => {
  const config = made?.extra.config
  return typeof config === 'object' && config !== null && !Array.isArray(config) ? (config as { readonly [key: string]: Json }) : {}
}

const numberAt = (config: Config, key: string): number => Number(config[key] ?? 0) || 0

export const fenceOf = ({ config }: Pick<Instance, 'config'>): number => numberAt(config, FENCE)
export const runOf = ({ config }: Pick<Instance, 'config'>): number => numberAt(config, RUN)

/** Only what is marked as ours has a holder. What somebody has copied or renamed is theirs. */
export const holderOfInstance = (instance: Pick<Instance, 'name' | 'config'>): Holder | undefined => {
  const labels = labelsOf(instance)
  if ((madeOf(instance)?.name ?? instance.name) !== instance.name) return undefined
  return labels['deployer.mark'] === 'deployer' ? holderOf(labels) : undefined
}

/** The labels of machines are the ledger. */
export const heldOf = (instance: Pick<Instance, 'name' | 'config'>): ReadonlyArray<Held> => {
  const holder = holderOfInstance(instance)
  return holder === undefined
    ? []
    : [{ what: 'machine', id: instance.name, via: 'provider', hold: 'own', data: true, by: [holder], before: 'absent' }]
}

/** Claims on a machine are its labels. */
export const marked = <S extends StepOf<'machine create'> | StepOf<'machine update'>>(step: S, { claims, environment, addr }: Batch): S =>
  claims.some(({ what, id }) => what === 'machine' && id === step.name)
    ? { ...step, labels: { ...step.labels, ...marksOf({ environment, addr }) } }
    : step
