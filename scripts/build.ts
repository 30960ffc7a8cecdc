import { rm } from 'node:fs/promises'
import { build } from 'esbuild'
import { RELEASE } from './bundle.js'

const withMaps = process.argv.includes('--sourcemap')

await rm('dist', { recursive: true, force: true })
await build({ ...RELEASE, entryPoints: ['bin/deployer.ts'], outdir: 'dist', sourcemap: withMaps ? 'linked' : false })
