import type { Change } from '../../contract.js'
import type { SealedStepOf } from '../seal.js'
import type { View } from '../view.js'
import { LASTS, opened } from './database.js'

/** Made again: what the one before opened is closed, unless this one opens it too. Last comes what a look goes by. */
export const upContainer = (
  { project, service, image, digest, networks, opens }: SealedStepOf<'up'>,
  view: View,
): ReadonlyArray<Change> => {
  const key = `${project}/${service}`
  const opening = opens.filter(({ ask }) => !LASTS.includes(ask)).map(({ ask, key }) => ({ ask, key }))
  const container = {
    image,
    running: true,
    health: 'healthy' as const,
    restarts: 0,
    digest: typeof digest === 'string' ? digest : digest.sealed,
    networks,
    ...(opening.length > 0 && { opens: opening }),
  }
  return [...closed(key, view), ...opened(opens, view), { ask: 'container', key, to: container } as Change]
}

export const downContainer = (key: string, view: View): ReadonlyArray<Change> =>
  view.at('container', key) === undefined ? [] : [...closed(key, view), { ask: 'container', key, to: undefined }]

const closed = (key: string, view: View): ReadonlyArray<Change> =>
  (view.at('container', key)?.opens ?? []).map(one => ({ ...one, to: undefined }) as Change)

/** Gone by force, whoever hangs on it. */
export const downNetwork = (name: string, view: View): ReadonlyArray<Change> => [
  ...[...view.keys('container')].flatMap(key => {
    const container = view.at('container', key)
    if (container === undefined || !container.networks.includes(name)) return []
    return [{ ask: 'container', key, to: { ...container, networks: container.networks.filter(one => one !== name) } } as const]
  }),
  { ask: 'network', key: name, to: undefined },
]
