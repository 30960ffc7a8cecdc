import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { registriesOf } from './registry.js'

export interface FailingRegistry {
  /** As in an image's name. */
  readonly address: string
  /** From now on it serves whole. */
  readonly heal: () => void
  readonly close: () => Promise<void>
}

/** The mirror's images, but every layer that is longer than this breaks off there. It lives in the test's own process. */
export const failingRegistry = async (bytes: number): Promise<FailingRegistry> => {
  const { mirror } = await registriesOf()
  const [host] = mirror.address.split(':')
  let limit = bytes
  const server = createServer(async ({ method = 'GET', url = '/', headers }, answer) => {
    const from = await fetch(`${mirror.url}${url}`, { method, headers: { accept: headers.accept ?? '*/*' } })
    const body = Buffer.from(await from.arrayBuffer())
    const length = from.headers.get('content-length') ?? String(body.length)
    const kept = ['content-type', 'docker-content-digest', 'docker-distribution-api-version'].flatMap(name => {
      const value = from.headers.get(name)
      return value === null ? [] : [[name, value] as const]
    })
    answer.writeHead(from.status, { ...Object.fromEntries(kept), 'content-length': length })
    if (!url.includes('/blobs/') || body.length <= limit) answer.end(body)
    else answer.write(body.subarray(0, limit), () => void answer.destroy())
  })
  await new Promise<void>(listening => void server.listen(0, host, listening))
  return {
    address: `${host}:${(server.address() as AddressInfo).port}`,
    heal: () => {
      limit = Number.POSITIVE_INFINITY
    },
    close: () =>
      new Promise(closed => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}
