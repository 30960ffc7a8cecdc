import { createRequire } from 'node:module'

/** Put in by the bundler; the sources read it from package.json. */
declare const DEPLOYER_VERSION: string | undefined

export const version: string =
  typeof DEPLOYER_VERSION === 'string'
    ? DEPLOYER_VERSION
    : (createRequire(import.meta.url)('../package.json') as { readonly version: string }).version
