import type { Mirrors } from '../mirrors.js'
import { mirrorsOf } from '../mirrors.js'
import { agree, perform, type Say, type Step } from '../steps.js'
import { type LayerRecipe, make } from './layer.js'
import { digestAt, push } from './push.js'
import { type Image, imagesOf } from './recipe.js'
import { fetchProgram, hasProgram, idleRegistries, isStocked, type Registries, registriesOf, startRegistries } from './registry.js'
import { SHELF, unmadeLayers } from './shelf.js'

const COST: { readonly [name: string]: string } = { tracker: 'six minutes of two cores' }

const named = ({ name }: LayerRecipe): string => (COST[name] === undefined ? name : `${name} (${COST[name]})`)

/** Side by side: compiling one leaves the network to the others. */
const makeAll = async (recipes: ReadonlyArray<LayerRecipe>, mirrors: Mirrors): Promise<void> => {
  const ends = await Promise.allSettled(recipes.map(recipe => make(recipe, mirrors)))
  for (const end of ends) if (end.status === 'rejected') throw end.reason
}

const layerSteps = async (): Promise<ReadonlyArray<Step>> => {
  const unmade = unmadeLayers()
  if (unmade.length === 0) return []
  const mirrors = await mirrorsOf()
  return [{ says: `build the layers ${unmade.map(named).join(', ')}`, act: () => makeAll(unmade, mirrors) }]
}

const registrySteps = async (all: Registries): Promise<ReadonlyArray<Step>> => {
  const idle = await idleRegistries(all)
  return [
    ...(hasProgram() ? [] : [{ says: 'fetch the program of docker-registry', act: fetchProgram }]),
    ...(idle.length === 0
      ? []
      : [{ says: `start registries on ${idle.map(({ address }) => address).join(', ')}`, act: () => startRegistries(idle) }]),
  ]
}

const unpushed = async ({ mirror }: Registries): Promise<ReadonlyArray<Image>> => {
  const images = SHELF.flatMap(imagesOf)
  const there = await Promise.all(images.map(({ repository, tag }) => digestAt(mirror.url, repository, tag)))
  return images.filter(({ list }, index) => list.digest !== there[index])
}

const pushAll = async (images: ReadonlyArray<Image>, { mirror }: Registries): Promise<void> => {
  for (const image of images) await push(mirror.url, image)
}

/** Images under the names that they have on Docker Hub, for the engines of the lab's hosts. Looks first, like `up`. */
export const upImages = async (isAgreed: boolean, say: Say): Promise<void> => {
  const all = await registriesOf()
  const steps = [...(await layerSteps()), ...(await registrySteps(all))]
  const shown = steps.map(({ says }) => says)
  await agree(shown, isAgreed, say)
  await perform(steps, say)
  const images = await unpushed(all)
  const says = `hand ${images.map(({ repository, tag }) => `${repository}:${tag}`).join(', ')} to the mirror`
  if (images.length > 0) await perform([{ says, act: () => pushAll(images, all) }], say)
}

/** After a reboot; nothing where nobody has asked for images yet. */
export const restartRegistries = async (): Promise<void> => {
  if (isStocked() && hasProgram()) await startRegistries(await idleRegistries(await registriesOf()))
}
