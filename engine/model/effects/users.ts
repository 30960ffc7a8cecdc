import type { Change } from '../../contract.js'
import type { SealedStepOf } from '../seal.js'
import type { View } from '../view.js'
import { removePath } from './files.js'
import { imageOf } from './images.js'

const homeOf = (name: string): string => (name === 'root' ? '/root' : `/home/${name}`)

/** As cloud-init makes it, with the image's own ways. */
const BORN: { readonly [image: string]: string } = { 'debian/12': '0755', 'ubuntu/22.04': '0750', 'ubuntu/24.04': '0750' }
export const bornHome = (name: string, { host }: View): Change => ({
  ask: 'dir',
  key: homeOf(name),
  to: { mode: name === 'root' ? '0700' : (BORN[imageOf(host)] ?? '0700'), owner: name, group: name },
})

/** A new user has one. */
export const homeFor = (name: string, view: View): ReadonlyArray<Change> =>
  view.at('dir', homeOf(name)) === undefined ? [{ ask: 'dir', key: homeOf(name), to: { mode: '0700', owner: name, group: name } }] : []

export const putUser = ({ name, shell, sudo, keys }: SealedStepOf<'user'>, view: View): ReadonlyArray<Change> => [
  ...homeFor(name, view),
  { ask: 'user', key: name, to: { shell, groups: view.at('user', name)?.groups ?? [], sudo, keys } },
]

const memberKey = (user: string, group: string): string => `${user}/${group}`

export const memberOf = (key: string): readonly [user: string, group: string] => {
  const [user = '', group = ''] = key.split('/')
  return [user, group]
}

export const removeUser = (name: string, view: View): ReadonlyArray<Change> => {
  const user = view.at('user', name)
  if (user === undefined) return []
  return [
    ...user.groups.map((group): Change => ({ ask: 'member', key: memberKey(name, group), to: undefined })),
    ...removePath(view, homeOf(name)),
    { ask: 'user', key: name, to: undefined },
  ]
}

export const addMember = (name: string, group: string, view: View): ReadonlyArray<Change> => {
  const user = view.at('user', name)
  if (user === undefined) return []
  const groups = user.groups.includes(group) ? user.groups : [...user.groups, group]
  return [
    { ask: 'user', key: name, to: { ...user, groups } },
    { ask: 'member', key: memberKey(name, group), to: { user: name, group } },
  ]
}

export const removeMember = (name: string, group: string, view: View): ReadonlyArray<Change> => {
  const user = view.at('user', name)
  if (user === undefined) return []
  return [
    { ask: 'user', key: name, to: { ...user, groups: user.groups.filter(one => one !== group) } },
    { ask: 'member', key: memberKey(name, group), to: undefined },
  ]
}
