/**
 * Writes down what a real LXD says to the life of a machine: `node --import tsx test/lab/lxd-record.ts`.
 * With the socket of an Incus that has the project and the image already: `… lxd-record.ts incus /run/incus/unix.socket`.
 */
import { writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lifeOf, makes, storyOf } from '../providers/lxd/life.js'
import type { Exchange } from '../providers/lxd/replay.js'
import { EXTRA, lxdHere, PROJECT, SYSTEM, sleep } from './lxd-desk.js'
import { dropProject, newProject } from './lxd-project.js'

const [name = 'lxd', upstream] = process.argv.slice(2)
const exchanges: Exchange[] = []

const textOf = async (message: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = []
  for await (const part of message) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}

/** Without what is only about the machine that it was recorded on, and counters. */
const shortened = (path: string, body: string): unknown => {
  const left = JSON.parse(body, (key, value) => (/idmap|^(counters|cpu|memory|certificate)$/.test(key) ? undefined : value))
  if (!/^\/1\.0(\?|$)/.test(path)) return left
  const { auth, api_extensions, environment } = left.metadata
  const { server, server_version, driver, certificate_fingerprint } = environment
  const known = ['cloud_init', 'etag', 'patch', 'projects', 'instances'].filter(name => api_extensions.includes(name))
  return { ...left, metadata: { auth, api_extensions: known, environment: { server, server_version, driver, certificate_fingerprint } } }
}

const recorder = createServer(async (asked, answer) => {
  const { method = 'GET', url: path = '/', headers } = asked
  /** Without events every end is an answer. */
  if (headers.upgrade !== undefined) return answer.writeHead(404).end()
  const body = await textOf(asked)
  const passed = request({ socketPath: upstream ?? '/var/lib/lxd/unix.socket', method, path, headers }, async reply => {
    const text = await textOf(reply)
    const { etag } = reply.headers
    exchanges.push({ method, path, status: reply.statusCode ?? 0, ...(etag && { etag }), body: shortened(path, text) as never })
    answer.writeHead(reply.statusCode ?? 500, { ...(etag && { etag }), 'content-type': 'application/json' }).end(text)
  })
  return passed.end(body)
})

const socket = join(tmpdir(), `lxd-record-${process.pid}.socket`)
if (upstream === undefined) await newProject()
recorder.listen(socket, async () => {
  /** As when it is played back, where time passes with every pause alone. */
  let at = 0
  const pause = (ms: number): Promise<void> => {
    at += ms
    return sleep(1000)
  }
  const provider = lxdHere({ project: PROJECT, socket }, { pause, now: () => at })
  const create = makes(SYSTEM, EXTRA)
  await storyOf(provider, create)
  await provider.close()
  recorder.close()
  if (upstream === undefined) await dropProject()
  writeFileSync(`test/fixtures/lxd/life-${name}.json`, `[\n${exchanges.map(one => JSON.stringify(one)).join(',\n')}\n]\n`)
  process.stdout.write(`${exchanges.length} answers to ${lifeOf(create).length} batches\n`)
})
