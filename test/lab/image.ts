import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cached } from './cache.js'
import { find, lxc, query } from './lxd.js'
import type { Mirrors } from './mirrors.js'
import { must } from './run.js'

export const SUITES = { '13': 'trixie', '12': 'bookworm' } as const
export type Debian = keyof typeof SUITES
export const DEBIANS: ReadonlyArray<Debian> = ['13', '12']
export const isDebian = (text: string): text is Debian => text in SUITES

const SCRIPT = fileURLToPath(new URL('image.sh', import.meta.url))
const PROPERTY = 'deployer-lab'

/** The lab's own name for an image, and the one that environment files use, which may be somebody else's. */
export const aliasOf = (debian: Debian): string => `deployer-lab-${debian}`
const plainAliasOf = (debian: Debian): string => `debian/${debian}`

const ARCHITECTURES: { readonly [node: string]: string } = { x64: 'x86_64', arm64: 'aarch64' }

/** LXD fills these in when a host is made. Without them cloud-init sees nothing. */
const TEMPLATES: { readonly [path: string]: string } = {
  '/etc/hostname': '{{ container.name }}\n',
  '/etc/hosts': '127.0.0.1 localhost\n127.0.1.1 {{ container.name }}\n::1 localhost ip6-localhost ip6-loopback\n',
  '/var/lib/cloud/seed/nocloud-net/meta-data': 'instance-id: {{ container.name }}\nlocal-hostname: {{ container.name }}\n',
  '/var/lib/cloud/seed/nocloud-net/user-data': '{{ config_get("cloud-init.user-data", config_get("user.user-data", "#cloud-config")) }}\n',
}

/** LXD insists on one. */
const CREATED = 1

const fileOf = (path: string): string => `${path.slice(1).replaceAll('/', '-')}.tpl`

const metadataOf = (debian: Debian, digest: string): string =>
  JSON.stringify({
    architecture: ARCHITECTURES[process.arch] ?? process.arch,
    creation_date: CREATED,
    properties: { os: 'debian', release: SUITES[debian], description: `Debian ${debian} for the deployer's lab`, [PROPERTY]: digest },
    templates: Object.fromEntries(Object.keys(TEMPLATES).map(path => [path, { when: ['create', 'copy'], template: fileOf(path) }])),
  })

export interface Recipe {
  readonly debian: Debian
  readonly mirrors: Mirrors
  /** Of all that makes the image: another recipe is another image. */
  readonly digest: string
}

export const recipeOf = (debian: Debian, mirrors: Mirrors): Recipe => {
  const made = [readFileSync(SCRIPT, 'utf8'), metadataOf(debian, ''), TEMPLATES, mirrors]
  return { debian, mirrors, digest: createHash('sha256').update(JSON.stringify(made)).digest('hex').slice(0, 16) }
}

const rootOf = ({ debian, digest }: Recipe): string => cached(`debian-${debian}-${digest}.tar.zst`)

export const isBuilt = (recipe: Recipe): boolean => existsSync(rootOf(recipe))

export const build = async (recipe: Recipe): Promise<void> => {
  const { debian, mirrors } = recipe
  // Whole or not at all: a build that is killed leaves no image behind that looks like one.
  const half = cached(`half-${process.pid}-${debian}.tar.zst`)
  const options = mirrors.options.flatMap(option => ['--aptopt', option])
  try {
    await must(
      ['sh', SCRIPT, SUITES[debian], half, mirrors.main, mirrors.security, ...options],
      `see that ${mirrors.main} has ${SUITES[debian]} and can be reached, then run this again`,
    )
    renameSync(half, rootOf(recipe))
  } finally {
    rmSync(half, { force: true })
  }
}

interface Image {
  readonly fingerprint: string
  readonly properties: { readonly [name: string]: string }
  readonly aliases: ReadonlyArray<{ readonly name: string }>
}

export const ourImages = async (): Promise<ReadonlyArray<Image>> =>
  (await query<ReadonlyArray<Image>>('/1.0/images?recursion=1')).filter(({ properties }) => properties[PROPERTY] !== undefined)

const targetOf = async (alias: string): Promise<string | undefined> =>
  (await find<{ readonly target: string }>(`/1.0/images/aliases/${encodeURIComponent(alias)}`))?.target

export const isImported = async ({ debian, digest }: Recipe): Promise<boolean> =>
  (await ourImages()).some(
    ({ properties, aliases }) => properties[PROPERTY] === digest && aliases.some(({ name }) => name === aliasOf(debian)),
  )

/** Hosts that were made from the image before keep what they have. */
const dropEarlier = async (debian: Debian): Promise<void> => {
  const earlier = (await ourImages()).filter(({ aliases }) => aliases.some(({ name }) => name === aliasOf(debian)))
  for (const { fingerprint } of earlier) await lxc(['image', 'delete', fingerprint])
}

export const importImage = async (recipe: Recipe): Promise<void> => {
  const { debian, digest } = recipe
  const work = mkdtempSync(join(tmpdir(), 'deployer-lab-'))
  try {
    mkdirSync(join(work, 'templates'))
    writeFileSync(join(work, 'metadata.yaml'), metadataOf(debian, digest))
    for (const [path, text] of Object.entries(TEMPLATES)) writeFileSync(join(work, 'templates', fileOf(path)), text)
    const meta = join(work, 'metadata.tar')
    await must(['tar', '-C', work, '-cf', meta, 'metadata.yaml', 'templates'], 'see that there is room in the folder for temporary files')
    await dropEarlier(debian)
    await lxc(['image', 'import', meta, rootOf(recipe), '--alias', aliasOf(debian)])
    const fingerprint = await targetOf(aliasOf(debian))
    if ((await targetOf(plainAliasOf(debian))) === undefined && fingerprint !== undefined)
      await lxc(['image', 'alias', 'create', plainAliasOf(debian), fingerprint])
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

export const removeImages = async (): Promise<number> => {
  const images = await ourImages()
  for (const { fingerprint } of images) await lxc(['image', 'delete', fingerprint])
  return images.length
}
