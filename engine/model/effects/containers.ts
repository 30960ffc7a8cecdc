import type { Ask, Change } from '../../contract.js'
import type { SealedStepOf } from '../seal.js'
import type { View } from '../view.js'
import { opened } from './database.js'

/** What lasts when a container goes is in folders, which is where accounts are. */
const LASTS: ReadonlyArray<Ask> = ['account']

/** Made again: what the one before opened is closed, unless this one opens it too. Last comes what a look goes by. */
export const upContainer = ({ project, service, image, digest, opens }: SealedStepOf<'up'>, view: View): ReadonlyArray<Change> => {
  const key = `${project}/${service}`
  const opening = opens.filter(({ ask }) => !LASTS.includes(ask)).map(({ ask, key }) => ({ ask, key }))
  const container = {
    image,
    running: true,
    health: 'healthy' as const,
    restarts: 0,
    digest: typeof digest === 'string' ? digest : digest.sealed,
    ...(opening.length > 0 && { opens: opening }),
  }
  return [...closed(key, view), ...opened(opens, view), { ask: 'container', key, to: container } as Change]
}

export const downContainer = (key: string, view: View): ReadonlyArray<Change> =>
  view.at('container', key) === undefined ? [] : [...closed(key, view), { ask: 'container', key, to: undefined }]

const closed = (key: string, view: View): ReadonlyArray<Change> =>
  (view.at('container', key)?.opens ?? []).map(one => ({ ...one, to: undefined }) as Change)
