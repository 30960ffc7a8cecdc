import type { Fault } from './fault.js'
import { E, type Either, fail } from './fp.js'
import { isPinnable } from './image.js'

/** Images, each with the digest that it stands for. */
export type Pins = ReadonlyMap<string, string>

const COMMENT = '# What each image of the environment file is pinned to. Written by deployer apply; commit it. Look again with --upgrade.'
const DIGEST = /^sha256:[0-9a-f]{64}$/

/** A lock file, as YAML of one image a line. */
export const renderPins = (pins: Pins): string =>
  `${[COMMENT, ...[...pins.keys()].sort().map(image => `${image}: ${pins.get(image)}`)].join('\n')}\n`

/** `file` is its name in messages. */
export const parsePins = (text: string, file: string): Either<Fault, Pins> => {
  const pins = new Map<string, string>()
  const lines = new Map<string, number>()
  for (const [index, written] of text.split(/\r?\n/).entries()) {
    const invalid = (why: string): Either<Fault, never> => fail({ code: 'LOCK_INVALID', file, line: index + 1, why })
    const said = written.replace(/(^|\s)#.*$/, '').trim()
    if (said === '' || said === '---' || said === '{}') continue
    if (/^(<{7}|={7}|>{7}|\|{7})/.test(said)) return invalid('two versions of this file were merged and not settled')
    const [, key, value] = /^("[^"]*"|'[^']*'|\S+)\s*:\s+(\S+)$/.exec(said) ?? []
    if (key === undefined || value === undefined) return invalid('not an image and its digest')
    const [image, digest] = [bare(key), bare(value)]
    if (!isPinnable(image)) return invalid('not an image such as mysql:8.4')
    if (!DIGEST.test(digest)) return invalid(`the digest of ${image} is not sha256: and 64 digits of 0-9 and a-f`)
    if (lines.has(image)) return invalid(`${image} stands on line ${lines.get(image)} already`)
    pins.set(image, digest)
    lines.set(image, index + 1)
  }
  return E.right(pins)
}

const bare = (word: string): string => word.replace(/^(["'])(.*)\1$/, '$2')
