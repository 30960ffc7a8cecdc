import type { Context } from './context.js'
import type { Opened } from './environment.js'
import { quoted } from './render/command-line.js'

/** The overrides that a next command has to be given again. One that holds a secret is only named: the shell that has it fills it in. */
export const variablesAgain = ({ wish, secretOverrides }: Opened, { env }: Pick<Context, 'env'>): ReadonlyArray<string> =>
  wish.overrides.map(name => `${name}=${secretOverrides.includes(name) ? `"$${name}"` : quoted(env[name] ?? '')}`)
