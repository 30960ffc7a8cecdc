import { readFileSync } from 'node:fs'
import { Trouble } from '../trouble.js'
import { ACCEPTED, type Document } from './manifest.js'
import type { Image } from './recipe.js'

const TODO = 'npm run lab -- down, then up and images'

const asked = async (url: string, init: RequestInit, fine: ReadonlyArray<number>): Promise<Response> => {
  const answer = await fetch(url, init)
  if (fine.includes(answer.status)) return answer
  throw new Trouble(`${init.method} ${url} was answered with ${answer.status}: ${await answer.text()}`, TODO)
}

const pushBlob = async (base: string, digest: string, content: () => string | Buffer): Promise<void> => {
  const { status } = await asked(`${base}/blobs/${digest}`, { method: 'HEAD' }, [200, 404])
  if (status === 200) return
  const begun = await asked(`${base}/blobs/uploads/`, { method: 'POST' }, [202])
  const where = new URL(begun.headers.get('location') ?? '', base)
  where.searchParams.set('digest', digest)
  await asked(where.href, { method: 'PUT', body: content(), headers: { 'content-type': 'application/octet-stream' } }, [201])
}

const pushDocument = async (base: string, reference: string, { mediaType, text }: Document): Promise<void> => {
  await asked(`${base}/manifests/${reference}`, { method: 'PUT', body: text, headers: { 'content-type': mediaType } }, [201])
}

/** What a tag names there: a digest, or undefined for nothing. */
export const digestAt = async (registry: string, repository: string, tag: string): Promise<string | undefined> => {
  const headers = { accept: ACCEPTED.join(', ') }
  const answer = await asked(`${registry}/v2/${repository}/manifests/${tag}`, { method: 'HEAD', headers }, [200, 404])
  return answer.status === 200 ? (answer.headers.get('docker-content-digest') ?? undefined) : undefined
}

/** Also moves a tag back that a test has moved. */
export const push = async (registry: string, { repository, tag, layers, config, manifest, list }: Image): Promise<void> => {
  const base = `${registry}/v2/${repository}`
  for (const { digest, file } of layers) await pushBlob(base, digest, () => readFileSync(file))
  await pushBlob(base, config.digest, () => config.text)
  await pushDocument(base, manifest.digest, manifest)
  await pushDocument(base, tag, list)
}
