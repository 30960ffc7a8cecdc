import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { type BuildOptions, build, type Plugin } from 'esbuild'
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
  // better-sqlite3 is native; zx is only loaded where a real host is spoken to, ws where a machine of LXD is made or changed.
  external: ['better-sqlite3', 'ws', 'zx'],
  define: {
    DEPLOYER_VERSION: JSON.stringify(version),
    DEPLOYER_BUILD: JSON.stringify(`${version}-${digestOf('engine', 'resources', 'specs')}`),
  },
  // Names stay, so that a stack trace in a bug report can be read.
  minifyWhitespace: true,
  minifySyntax: true,
  chunkNames: 'chunks/[name]-[hash]',
  legalComments: 'none',
  logLevel: 'warning',
}

/** Another file than the one that it is known by among the sources. */
const standsIn = (known: RegExp, file: string): Plugin => ({
  name: 'stands in',
  setup: ({ onResolve }) => {
    onResolve({ filter: known }, () => ({ path: `./${file}`, external: true }))
  },
})

/**
 * Writes the program as it is released: `deployer.js`, which is small, so that Node starts it soon, and all else in a script beside
 * it, named by its content. What is there stays until all that replaces it is made.
 */
export const release = async (outdir: string, sourcemap: 'linked' | false = false): Promise<void> => {
  const script: BuildOptions & { write: false } = {
    ...{ ...RELEASE, format: 'cjs', splitting: false, outdir, sourcemap, write: false },
    define: { ...RELEASE.define, 'import.meta.filename': '__filename' },
  }
  const rest = await build({
    ...script,
    // What is outside of the bundle comes in by `require`: a script that is run by itself cannot import.
    supported: { 'dynamic-import': false },
    ...{ entryPoints: { rest: 'bin/start.ts' }, entryNames: '[name]-[hash]', outExtension: { '.js': '.cjs' } },
  })
  const file = basename(rest.outputFiles.find(({ path }) => path.endsWith('.cjs'))?.path ?? '')
  const first = await build({
    ...script,
    entryPoints: ['bin/deployer.ts'],
    plugins: [platform, standsIn(/^\.\/start\.js$/, file)],
    define: { ...script.define, DEPLOYER_REST: JSON.stringify(file) },
  })
  rmSync(outdir, { recursive: true, force: true })
  mkdirSync(outdir, { recursive: true })
  for (const { path, contents } of [...first.outputFiles, ...rest.outputFiles]) {
    writeFileSync(path, contents, { mode: path.endsWith('deployer.js') ? 0o755 : 0o644 })
  }
  writeFileSync(join(outdir, 'package.json'), '{ "type": "commonjs" }\n')
}

function digestOf(...folders: ReadonlyArray<string>): string {
  const hash = createHash('sha256')
  for (const folder of folders) {
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
      if (file.endsWith('.ts')) hash.update(file).update(readFileSync(join(folder, file)))
    }
  }
  return hash.digest('hex').slice(0, 12)
}
