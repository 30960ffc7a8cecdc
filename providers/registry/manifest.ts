import { createHash } from 'node:crypto'
import { authorizationFor } from './authorize.js'
import { type Endpoint, manifestAt } from './endpoint.js'
import type { Reference } from './reference.js'
import { type Answered, type Asking, type Line, NoAnswer } from './request.js'
import { Said } from './said.js'

/** Lists first: what an engine pulls by a tag is the list, wherever there is one. */
const MANIFESTS = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
]
const DIGEST = /^sha256:[0-9a-f]{64}$/

/** Waits between attempts at what passes by itself. */
const PAUSES = [200, 600]

export interface Time {
  readonly sleep: (ms: number) => Promise<void>
}

/** The digest of what a tag names at this endpoint; anything else is thrown as `Said`. */
export const digestAt = async (endpoint: Endpoint, reference: Reference, line: Line, { sleep }: Time): Promise<string> => {
  for (const pause of PAUSES) {
    try {
      return await once(endpoint, reference, line)
    } catch (cause) {
      if (!saidBy(cause).passes) throw saidBy(cause)
      await sleep(pause)
    }
  }
  return once(endpoint, reference, line).catch(cause => {
    throw saidBy(cause)
  })
}

const saidBy = (cause: unknown): Said => {
  if (cause instanceof Said) return cause
  if (cause instanceof NoAnswer) return new Said('silent', cause.why, undefined, cause.passes)
  throw cause
}

const once = async (endpoint: Endpoint, reference: Reference, line: Line): Promise<string> => {
  const url = manifestAt(endpoint, reference)
  const ask = (method: Asking['method'], headers: { readonly authorization?: string }): Promise<Answered> =>
    line.ask(url, { method, headers: { accept: MANIFESTS.join(', '), ...headers } })
  const first = await ask('HEAD', {})
  const headers = first.status === 401 ? { authorization: await authorizationFor(first, endpoint, line) } : {}
  const head = first.status === 401 ? await ask('HEAD', headers) : first
  const told = head.status === 200 ? head.headers['docker-content-digest'] : undefined
  if (typeof told === 'string' && DIGEST.test(told)) return told
  // Some answer HEAD with less than they know, or not at all.
  if (head.status === 200 || head.status === 405) return digestIn(await ask('GET', headers))
  throw head.status === 401 && endpoint.login !== undefined ? new Said('refused', 'it refuses the login') : refusal(head)
}

/** Computed of what came, so that what was promised beside it can't differ. */
const digestIn = (answered: Answered): string => {
  if (answered.status !== 200) throw refusal(answered)
  if (!isManifest(answered.body)) throw new Said('invalid', 'what it answers is no manifest of an image')
  const digest = `sha256:${createHash('sha256').update(answered.body).digest('hex')}`
  const told = answered.headers['docker-content-digest']
  if (told !== undefined && told !== digest) throw new Said('invalid', 'what it answers has another digest than it says')
  return digest
}

const isManifest = (body: Buffer): boolean => {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'))
    return typeof value === 'object' && value !== null && (value as { schemaVersion?: unknown }).schemaVersion === 2
  } catch {
    return false
  }
}

const refusal = ({ status }: Answered): Said => {
  if (status === 404) return new Said('unknown', 'no such image')
  if (status === 401 || status === 403) return new Said('refused', 'refused')
  if (status === 429) return new Said('silent', 'asked too often (429)', undefined, true)
  if (status >= 500) return new Said('silent', `it answers ${status}`, undefined, true)
  return new Said('invalid', `it answers ${status}, as no registry does`)
}
