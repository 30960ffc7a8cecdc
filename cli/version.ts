import { createRequire } from 'node:module'

/** Put in by the bundler; the sources read it from package.json. */
declare const DEPLOYER_VERSION: string | undefined

export const version: string =
  typeof DEPLOYER_VERSION === 'string'
    ? DEPLOYER_VERSION
    : (createRequire(import.meta.filename)('../package.json') as { readonly version: string }).version

/** Differs with every change of the sources: what one build wants may have another shape in the next. */
declare const DEPLOYER_BUILD: string | undefined

export const build: string = typeof DEPLOYER_BUILD === 'string' ? DEPLOYER_BUILD : `${version} from its sources`
