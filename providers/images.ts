import { E } from '../specs/fp.js'
import type { Provider as ProviderSection } from '../specs/provider.js'
import type { Asking, Digests, Registries } from './registry/index.js'

export type { Digests, Registries }

/** Which digests images stand for now. With a simulated host nobody is asked. */
export const digestsFor = async (
  { kind }: Pick<ProviderSection, 'kind'>,
  images: ReadonlyArray<string>,
  registries: Registries,
  asking: Asking,
): Promise<Digests> => {
  if (kind === 'sandbox') {
    const { digestIn } = await import('./sandbox/digests.js')
    return new Map(images.map(image => [image, E.right(digestIn(image))]))
  }
  const { digestsOf } = await import('./registry/index.js')
  return digestsOf(images, registries, asking)
}
