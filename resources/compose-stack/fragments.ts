import type { FragmentFact } from '../facts.js'
import { type Mapping, overlaid } from '../overlay.js'
import type { Block } from '../stack.js'

/** What compose files of the user say beside services, later ones over earlier ones. */
export const restOf = (fragments: ReadonlyArray<FragmentFact>): { readonly networks?: { readonly [name: string]: Block } } & Mapping =>
  fragments
    .map(({ content }) => content)
    .reduce<Mapping>((all, { services: _, name: __, version: ___, ...rest }) => overlaid(all, rest), {})
