import { type Layer, type LayerRecipe, layerOf } from './layer.js'
import { configOf, type Document, listOf, manifestOf, type Settings } from './manifest.js'

/** So begins what is said of an image that bears another one's name. */
export const STAND_IN = 'a stand-in: '

export interface Tag {
  /** What it really is, for people: it stands in the image's labels, and tests print it. */
  readonly is: string
  readonly env?: { readonly [name: string]: string }
}

export interface ImageRecipe {
  /** The path that it has on Docker Hub. */
  readonly repository: string
  readonly layers: ReadonlyArray<LayerRecipe>
  readonly settings: Settings
  readonly tags: { readonly [tag: string]: Tag }
}

/** All that a registry has to hold for one tag. */
export interface Image {
  readonly repository: string
  readonly tag: string
  readonly layers: ReadonlyArray<Layer>
  readonly config: Document
  readonly manifest: Document
  readonly list: Document
}

/** The labels make every tag an image of its own, also where the content is the same. */
export const labelsOf = (repository: string, tag: string, { is }: Tag) => ({
  'deployer.lab.name': `${repository}:${tag}`,
  'deployer.lab.is': is,
})

export const imagesOf = ({ repository, layers: recipes, settings, tags }: ImageRecipe): ReadonlyArray<Image> => {
  const layers = recipes.map(layerOf)
  return Object.entries(tags).map(([tag, said]) => {
    const config = configOf({ ...settings, env: { ...settings.env, ...said.env } }, labelsOf(repository, tag, said), layers)
    const manifest = manifestOf(config, layers)
    return { repository, tag, layers, config, manifest, list: listOf(manifest) }
  })
}
