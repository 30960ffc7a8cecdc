import { extname } from 'node:path'
import { parseJson } from './json.js'
import type { Extension } from './near.js'
import type { Source } from './source.js'
import { type Parsed, problem } from './tree.js'

type Parse = (source: Source) => Parsed | Promise<Parsed>

/** Loaded when there is something to parse: a YAML environment needs no TOML parsers, and the other way around. */
export const parseYaml: Parse = async source => (await import('./yaml.js')).parseYaml(source)
const parseToml: Parse = async source => (await import('./toml.js')).parseToml(source)

const PARSERS: { readonly [E in Extension]: Parse } = { '.yaml': parseYaml, '.yml': parseYaml, '.toml': parseToml, '.json': parseJson }
export const FORMATS: ReadonlyMap<string, Parse> = new Map(Object.entries(PARSERS))

export const extensionOf = (file: string): string => extname(file).toLowerCase()

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/

/** What a text says, by the ending of its file's name. Never throws, whatever the text is. */
export const parseText = async (source: Source, extension: string): Promise<Parsed> => {
  const control = CONTROL.exec(source.text)
  if (control !== null) {
    const number = source.text.charCodeAt(control.index).toString(16).toUpperCase().padStart(4, '0')
    const span = { source, from: control.index, to: control.index + 1 }
    return { problems: [problem('SYNTAX', span, `a control character stands here (U+${number}).`, 'Is this a text file?')] }
  }
  const parse = FORMATS.get(extension)
  if (parse === undefined) throw new Error(`no parser for ${extension}`)
  return parse(source)
}
