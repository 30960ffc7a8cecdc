import { release } from './bundle.js'

/** `npm run build`, or with `-- --sourcemap`. */
await release('dist', process.argv.includes('--sourcemap') ? 'linked' : false)
