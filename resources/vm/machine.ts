import type { Change, Diff, Field, MachineSeen, Step, Text } from '../../engine/contract.js'
import type { Json } from '../../specs/json.js'
import { sizeOf } from '../../specs/size.js'
import { compareExtra, type Extra, wantsRestart } from './extra.js'

/** A machine as its provider is to make it. Sizes in bytes. */
export interface MachineWanted {
  readonly provider: string
  readonly name: string
  readonly image: string
  readonly type?: string
  /** Its type says how large it is, and what is said here is not asked for. */
  readonly sized: boolean
  readonly cpus: number
  readonly memory: number
  readonly disk: number
  readonly labels: { readonly [key: string]: string }
  readonly userData: Text
  readonly first: ReadonlyArray<Change>
  readonly extra: Extra
}

export const createMachine = ({ provider: _, type: __, sized: ___, ...machine }: MachineWanted): Step => ({
  do: 'machine create',
  via: 'provider',
  ...machine,
})

/** Disks grow and don't shrink, so a larger one than asked for stays as it is. */
const needed = (want: MachineWanted, seen: MachineSeen): Pick<MachineSeen, 'cpus' | 'memory' | 'disk'> =>
  want.sized ? seen : { cpus: want.cpus, memory: want.memory, disk: Math.max(want.disk, seen.disk) }

export const machineDiff = (want: MachineWanted, seen: MachineSeen): Diff => {
  const extra = compareExtra(want.extra, seen.config)
  const { cpus, memory, disk } = needed(want, seen)
  const fixed = [...fieldsOf({ image: want.image }, seen), ...typeFields(want, seen)]
  const fields = [...fixed, ...fieldsOf({ cpus, memory, disk, running: true }, seen), ...extra.fields, ...labelFields(want, seen)]
  if (fields.length === 0) return { action: 'none' }
  const firm = new Set([...fixed.map(({ name }) => name), ...extra.fixed])
  const note = `${want.provider} can't in place`
  return {
    action: firm.size > 0 ? 'replace' : 'update',
    fields: fields.map(field => (firm.has(field.name) ? { ...field, note } : field)),
    files: [],
  }
}

const typeFields = ({ type, sized }: MachineWanted, seen: MachineSeen): ReadonlyArray<Field> =>
  type === undefined || type === seen.type ? [] : [{ name: sized ? 'server_type' : 'provider.type', from: seen.type, to: type }]

type Compared = Partial<Pick<MachineSeen, 'image' | 'cpus' | 'memory' | 'disk' | 'running'>>

const fieldsOf = (want: Compared, seen: MachineSeen): ReadonlyArray<Field> =>
  (Object.keys(want) as ReadonlyArray<keyof Compared>)
    .filter(name => want[name] !== seen[name])
    .map(name => ({ name, from: words(name, seen[name]), to: words(name, want[name]) }))

const words = (name: keyof Compared, value: Json | undefined): Json | undefined =>
  (name === 'memory' || name === 'disk') && typeof value === 'number' ? sizeOf(value) : value

const labelFields = ({ labels }: MachineWanted, seen: MachineSeen): ReadonlyArray<Field> =>
  Object.keys(labels)
    .filter(name => labels[name] !== seen.labels[name])
    .map(name => ({ name: `label ${name}`, from: seen.labels[name], to: labels[name] }))

/** In place, and started where it was stopped. */
export const updateMachine = (want: MachineWanted, seen: MachineSeen): ReadonlyArray<Step> => {
  const { cpus, memory, disk } = needed(want, seen)
  const labels = labelFields(want, seen).length > 0 ? { labels: want.labels } : {}
  const { fields } = compareExtra(want.extra, seen.config)
  const changed = {
    ...(cpus !== seen.cpus && { cpus }),
    ...(memory !== seen.memory && { memory }),
    ...(disk !== seen.disk && { disk }),
    ...(fields.length > 0 && { extra: want.extra }),
    ...(wantsRestart(fields) && { restart: true as const }),
    ...(!seen.running && { running: true }),
    ...labels,
  }
  return Object.keys(changed).length === 0 ? [] : [{ do: 'machine update', via: 'provider', name: want.name, ...changed }]
}

/** What a change of the machine itself costs those who live on it. */
export const costOf = (
  { type, provider }: MachineWanted,
  fields: ReadonlyArray<Field>,
): { readonly seconds: number; readonly effect: string } | undefined => {
  const names = fields.map(({ name }) => name)
  const resized = type === 'virtual-machine' && (names.includes('cpus') || names.includes('memory'))
  const settings = fields.filter(({ name }) => name.startsWith('provider.'))
  if (resized || wantsRestart(settings)) return { seconds: 20, effect: 'restarts the machine' }
  return names.includes('provider.network')
    ? { seconds: 5, effect: `moves it to another network of ${provider}: its address changes` }
    : undefined
}
