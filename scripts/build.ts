import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { build } from 'esbuild'
import { RELEASE } from './bundle.js'

/** `npm run build`, or with `-- --sourcemap`. What is there stays until all that replaces it is made. */
const sourcemap = process.argv.includes('--sourcemap') ? 'linked' : false
const { outputFiles } = await build({ ...RELEASE, entryPoints: ['bin/deployer.ts'], outdir: 'dist', sourcemap, write: false })

await rm('dist', { recursive: true, force: true })
for (const { path, contents } of outputFiles) {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, contents, { mode: path.endsWith('deployer.js') ? 0o755 : 0o644 })
}
