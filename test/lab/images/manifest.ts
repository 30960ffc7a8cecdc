import { createHash } from 'node:crypto'
import type { Layer } from './layer.js'

/** What an image says of itself, in the words of a Containerfile. */
export interface Settings {
  readonly env?: { readonly [name: string]: string }
  readonly entrypoint?: ReadonlyArray<string>
  readonly cmd?: ReadonlyArray<string>
  readonly workdir?: string
  readonly expose?: ReadonlyArray<string>
  readonly volume?: ReadonlyArray<string>
  readonly stopSignal?: string
  readonly healthcheck?: {
    readonly test: ReadonlyArray<string>
    readonly interval: number
    readonly timeout: number
    readonly startPeriod?: number
    readonly retries: number
  }
}

/** A document of a registry: its bytes are its name. */
export interface Document {
  readonly mediaType: string
  readonly text: string
  readonly digest: string
}

const TYPES = {
  config: 'application/vnd.docker.container.image.v1+json',
  layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  manifest: 'application/vnd.docker.distribution.manifest.v2+json',
  list: 'application/vnd.docker.distribution.manifest.list.v2+json',
} as const
export const ACCEPTED = [TYPES.list, TYPES.manifest]

const ARCHITECTURES: { readonly [node: string]: string } = { x64: 'amd64' }
const PLATFORM = { os: 'linux', architecture: ARCHITECTURES[process.arch] ?? process.arch }
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
const NANOSECONDS = 1e9
/** The same layers and settings are the same image, whenever it is made. */
const CREATED = '1970-01-01T00:00:00Z'

const documentOf = (mediaType: string, content: object): Document => {
  const text = JSON.stringify(content)
  return { mediaType, text, digest: `sha256:${createHash('sha256').update(text).digest('hex')}` }
}

const described = ({ mediaType, text, digest }: Document) => ({ mediaType, size: Buffer.byteLength(text), digest })

const emptyKeys = (names: ReadonlyArray<string>): object => Object.fromEntries(names.map(name => [name, {}]))

const healthOf = ({ test, interval, timeout, startPeriod = 0, retries }: NonNullable<Settings['healthcheck']>) => ({
  Test: test,
  Interval: interval * NANOSECONDS,
  Timeout: timeout * NANOSECONDS,
  StartPeriod: startPeriod * NANOSECONDS,
  Retries: retries,
})

export interface Labels {
  readonly [name: string]: string
}

export const configOf = (settings: Settings, labels: Labels, layers: ReadonlyArray<Layer>): Document => {
  const { env = {}, entrypoint, cmd, workdir, expose = [], volume = [], stopSignal, healthcheck } = settings
  return documentOf(TYPES.config, {
    ...PLATFORM,
    created: CREATED,
    config: {
      Env: Object.entries({ PATH, ...env }).map(([name, value]) => `${name}=${value}`),
      ...(entrypoint && { Entrypoint: entrypoint }),
      ...(cmd && { Cmd: cmd }),
      ...(workdir !== undefined && { WorkingDir: workdir }),
      ...(stopSignal !== undefined && { StopSignal: stopSignal }),
      ...(healthcheck && { Healthcheck: healthOf(healthcheck) }),
      ExposedPorts: emptyKeys(expose),
      Volumes: emptyKeys(volume),
      Labels: labels,
    },
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    history: layers.map(() => ({ created: CREATED, created_by: 'deployer-lab' })),
  })
}

export const manifestOf = (config: Document, layers: ReadonlyArray<Layer>): Document =>
  documentOf(TYPES.manifest, {
    schemaVersion: 2,
    mediaType: TYPES.manifest,
    config: described(config),
    layers: layers.map(({ size, digest }) => ({ mediaType: TYPES.layer, size, digest })),
  })

/** As official images have it: what a tag names is a list, with one image for each platform. */
export const listOf = (manifest: Document): Document =>
  documentOf(TYPES.list, {
    schemaVersion: 2,
    mediaType: TYPES.list,
    manifests: [{ ...described(manifest), platform: PLATFORM }],
  })
