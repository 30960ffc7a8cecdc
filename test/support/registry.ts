import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Heard {
  readonly method: string
  readonly url: string
  readonly authorization?: string
  readonly accept?: string
}

export interface StandIn {
  /** Host and port. */
  readonly address: string
  readonly heard: ReadonlyArray<Heard>
  close(): Promise<void>
}

type Answer = (request: IncomingMessage, response: ServerResponse, heard: ReadonlyArray<Heard>) => void

/** An HTTP server in this process that answers as the test says. */
export const standIn = async (answer: Answer): Promise<StandIn> => {
  const heard: Heard[] = []
  const server = createServer((request, response) => {
    const { authorization, accept } = request.headers
    heard.push({
      method: request.method ?? '',
      url: request.url ?? '',
      ...(authorization !== undefined && { authorization }),
      ...(accept !== undefined && { accept }),
    })
    answer(request, response, heard)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

export const MANIFEST = '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}'
export const DIGEST = `sha256:${createHash('sha256').update(MANIFEST).digest('hex')}`

/** A manifest as registries give it. */
export const give: Answer = ({ method }, response) => {
  response.writeHead(200, { 'docker-content-digest': DIGEST }).end(method === 'HEAD' ? undefined : MANIFEST)
}

export const refuse =
  (status: number, headers: { readonly [name: string]: string } = {}): Answer =>
  (_, response) => {
    response.writeHead(status, headers).end()
  }
