import { CRASH, HELLO, NEVER } from './lab.js'
import { isMade, type LayerRecipe } from './layer.js'
import { MYSQL } from './mysql/recipe.js'
import { type ImageRecipe, STAND_IN } from './recipe.js'
import { TRACKER } from './tracker/recipe.js'

/** Every image that the lab's registries hold. */
export const SHELF: ReadonlyArray<ImageRecipe> = [TRACKER, MYSQL, HELLO, CRASH, NEVER]

export const unmadeLayers = (): ReadonlyArray<LayerRecipe> => {
  const all = new Map(SHELF.flatMap(({ layers }) => layers).map(recipe => [recipe.name, recipe]))
  return [...all.values()].filter(recipe => !isMade(recipe))
}

/** What answers to a name that is not its own, a line each; tests that use images print them, and the runner shows these lines. */
export const standIns = (): ReadonlyArray<string> =>
  SHELF.flatMap(({ repository, tags }) =>
    Object.entries(tags)
      .filter(([, { is }]) => is.startsWith(STAND_IN))
      .map(([tag, { is }]) => `stand-in: ${repository}:${tag} is ${is.slice(STAND_IN.length)}`),
  )
