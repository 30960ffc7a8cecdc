import { BROKEN, type Codec, scalar, text } from './codec.js'
import { didYouMean } from './near.js'

const REFERENCE =
  /^(?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9-]+|:\d{1,5})|localhost)(?::\d{1,5})?\/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::\w[\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/

/** A container image as Compose writes it. */
export const Image: Codec<string> = scalar(
  'image',
  'an image such as mysql:8.4',
  { type: 'string', examples: ['mysql:8.4', 'ghcr.io/torrust/tracker:develop'] },
  (input, at) => {
    const written = text.read(input, at)
    if (written === BROKEN || (written.length <= 400 && REFERENCE.test(written))) return written
    if (/@(?!sha256:[0-9a-f]{64}$)/.test(written))
      return at.error('VALUE_INVALID', 'the digest is not whole.', 'Expected @sha256: and 64 digits of 0-9 and a-f.')
    return at.error('VALUE_INVALID', 'not an image.', 'Expected one such as mysql:8.4 or ghcr.io/torrust/tracker:develop, in lower case.')
  },
)

/** A whole reference that says no digest itself; what holds variables of Compose is none. */
export const isPinnable = (image: string): boolean => image.length <= 400 && REFERENCE.test(image) && !image.includes('@')

const SYSTEMS = ['debian/12', 'debian/13', 'ubuntu/22.04', 'ubuntu/24.04']

/** The operating system of a machine. */
export const SystemImage: Codec<string> = scalar('system', SYSTEMS.join(', '), { enum: SYSTEMS }, (input, at) => {
  const written = text.read(input, at)
  if (written === BROKEN || SYSTEMS.includes(written)) return written
  return at.error(
    'IMAGE_UNKNOWN',
    'not a system that this tool is made for.',
    didYouMean(written, SYSTEMS) ?? `Expected ${SYSTEMS.join(', ')}.`,
  )
})
