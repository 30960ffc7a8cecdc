import { bool, type Codec, type Fielded, type FieldMap, optional, type SpecOptions, spec } from '../specs/codec.js'
import { Image } from '../specs/image.js'
import { size } from '../specs/size.js'

const shared = {
  protect: optional(
    bool,
    undefined,
    'true: deleting and replacing it is refused, even after this line is gone; only an applied false lifts it.',
  ),
}

/** What one kind is told in the environment file. */
export const section = <F extends FieldMap>(name: string, fields: F, options: SpecOptions = {}): Codec<Fielded<F & typeof shared>> =>
  spec(name, { ...fields, ...shared }, { words: 'a mapping; {} for the defaults', ...options })

/** The fields of a section that runs a container. */
export const container = (image: string) => ({
  image: optional(Image, image, 'The image, by tag or digest. Tags are pinned in the lock file.'),
  memory: optional(size({ least: '16MiB' }), undefined, 'The most memory that its container may use. Default: no limit.', '1GiB'),
})
