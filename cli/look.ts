import type { Context } from './context.js'
import type { Look } from './render/look.js'

export type { Look }

export type Wanted = Pick<Look, 'verbosity' | 'steps' | 'drift'>

export const USUAL: Wanted = { verbosity: 0, steps: false, drift: false }

export const lookOf = (context: Context, stream: 'stdout' | 'stderr', wanted: Wanted = USUAL): Look => {
  const terminal = context.isTerminal[stream]
  return {
    ...wanted,
    terminal,
    color: terminal && hasColor(context),
    unicode: terminal && isUtf8(context),
    width: terminal ? (context.columns ?? 80) : 80,
  }
}

/** https://no-color.org: set and not empty, whatever it says. */
const hasColor = ({ env }: Context): boolean => (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb'

const isUtf8 = ({ env }: Context): boolean =>
  /utf-?8/i.test([env.LC_ALL, env.LC_CTYPE, env.LANG].find(one => one !== undefined && one !== '') ?? '')
