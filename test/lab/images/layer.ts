import { createHash } from 'node:crypto'
import {
  cpSync,
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join, relative } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { createGzip } from 'node:zlib'
import { cached, makeCache } from '../cache.js'
import type { Mirrors } from '../mirrors.js'
import { must } from '../run.js'

export interface LayerRecipe {
  readonly name: string
  /** Of all that makes the layer: another recipe is another layer. */
  readonly digest: string
  /** Leaves layer.tar in the folder. What else it leaves there is kept with it. */
  readonly make: (folder: string, mirrors: Mirrors) => Promise<void>
}

export interface Layer {
  readonly file: string
  readonly digest: string
  readonly size: number
  /** Of what it unpacks to. */
  readonly diffId: string
}

const HERE = fileURLToPath(new URL('.', import.meta.url))

const filesIn = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .sort()

const digestOf = (folder: string, files: ReadonlyArray<string>): string => {
  const hash = createHash('sha256').update(process.arch)
  for (const file of files) hash.update(`${relative(folder, file)}\0${statSync(file).mode & 0o111}\0`).update(readFileSync(file))
  return hash.digest('hex').slice(0, 16)
}

/** What the recipe's build.sh makes, of packages or from source. */
export const built = (name: string): LayerRecipe => {
  const folder = join(HERE, name)
  return {
    name,
    digest: digestOf(
      folder,
      filesIn(folder).filter(file => file.endsWith('.sh') && !file.startsWith(join(folder, 'root'))),
    ),
    make: async (into, { main, options }) => {
      const aptopts = options.flatMap(option => ['--aptopt', option])
      await must(
        ['sh', join(folder, 'build.sh'), into, main, ...aptopts],
        `try it by hand: sh ${join(folder, 'build.sh')} FOLDER ${main}`,
        {
          seconds: 3600,
        },
      )
    },
  }
}

const TAR = ['tar', '--sort=name', '--owner=0', '--group=0', '--numeric-owner', '--mtime=@0']

/** The files under the recipe's root/, as they are. */
export const laid = (name: string): LayerRecipe => {
  const root = join(HERE, name, 'root')
  return {
    name: `${name}-root`,
    digest: digestOf(root, filesIn(root)),
    make: async into => {
      const tree = join(into, 'root')
      cpSync(root, tree, { recursive: true })
      // A clone has the modes that its owner's umask leaves.
      await must(['chmod', '-R', 'u=rwX,go=rX', tree], 'see who owns the clone')
      await must([...TAR, '-C', tree, '-cf', join(into, 'layer.tar'), '.'], 'see that there is room in the cache')
      rmSync(tree, { recursive: true })
    },
  }
}

export const folderOf = ({ name, digest }: LayerRecipe): string => cached(`layer-${name}-${digest}`)

export const isMade = (recipe: LayerRecipe): boolean => existsSync(folderOf(recipe))

const measured = (): { readonly through: Transform; readonly sum: () => { readonly digest: string; readonly size: number } } => {
  const hash = createHash('sha256')
  let size = 0
  const through = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      size += chunk.length
      done(undefined, chunk)
    },
  })
  return { through, sum: () => ({ digest: `sha256:${hash.digest('hex')}`, size }) }
}

/** Fast rather than small: the network is this machine. Docker 20.10 knows gzip only. */
const pack = async (folder: string): Promise<void> => {
  const [plain, packed] = [measured(), measured()]
  const tar = join(folder, 'layer.tar')
  await pipeline(
    createReadStream(tar),
    plain.through,
    createGzip({ level: 1 }),
    packed.through,
    createWriteStream(join(folder, 'layer.tar.gz')),
  )
  rmSync(tar)
  writeFileSync(join(folder, 'layer.json'), JSON.stringify({ ...packed.sum(), diffId: plain.sum().digest }))
}

/** Whole or not at all: one that is killed leaves nothing behind that looks like a layer. */
export const make = async (recipe: LayerRecipe, mirrors: Mirrors): Promise<void> => {
  const half = `${folderOf(recipe)}.half-${process.pid}`
  makeCache()
  mkdirSync(half)
  try {
    await recipe.make(half, mirrors)
    await pack(half)
    // Two at the same time make the same.
    if (!isMade(recipe)) renameSync(half, folderOf(recipe))
  } finally {
    rmSync(half, { recursive: true, force: true })
  }
}

export const layerOf = (recipe: LayerRecipe): Layer => {
  const folder = folderOf(recipe)
  return { file: join(folder, 'layer.tar.gz'), ...JSON.parse(readFileSync(join(folder, 'layer.json'), 'utf8')) }
}
