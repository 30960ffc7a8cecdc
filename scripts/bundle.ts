import { resolve } from 'node:path'
import type { BuildOptions, Plugin } from 'esbuild'
import { version } from '../cli/version.js'

/** Clipanion's ES modules import this folder by a package.json that leads to CommonJS. */
const platform: Plugin = {
  name: 'platform',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^\.\.\/platform$/ }, () => ({ path: resolve('node_modules/clipanion/lib/platform/node.mjs') }))
  },
}

/** How the program is bundled; benchmarks are bundled the same way. */
export const RELEASE: BuildOptions = {
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  mainFields: ['module', 'main'],
  // Their ES modules can be cut down to what is used, and need no `require`.
  alias: {
    clipanion: 'clipanion/lib/advanced/index.mjs',
    'fp-ts/lib': 'fp-ts/es6',
    yaml: resolve('node_modules/yaml/browser/index.js'),
  },
  plugins: [platform],
  // better-sqlite3 is native; zx is only loaded where a real host is spoken to.
  external: ['better-sqlite3', 'zx'],
  define: { DEPLOYER_VERSION: JSON.stringify(version) },
  // Names stay, so that a stack trace in a bug report can be read.
  minifyWhitespace: true,
  minifySyntax: true,
  chunkNames: 'chunks/[name]-[hash]',
  legalComments: 'none',
  logLevel: 'warning',
}
