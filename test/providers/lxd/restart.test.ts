import { mkdtempSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Provider } from '../../../engine/channel.js'
import { AT, faultOf, instance, make, managed, sync, there } from './answers.js'
import { lxdAt } from './replay.js'

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'lxd-'))

/** Goes away at the first that is to be made, whether it `hears` it or not, and is back after so many questions. */
const leaving = async (
  hears: boolean,
  questions: number,
  body: (provider: Provider, posts: () => number) => Promise<void>,
): Promise<void> => {
  const socket = join(newFolder(), 'unix.socket')
  const made = instance({ status: 'Running', type: 'container' })
  const answers = new Map([...there, managed({})].map(exchange => [exchange.path, exchange.body]))
  const hear = (): void => {
    for (const one of [sync('GET', AT, made), sync('GET', '/1.0/instances?recursion=1', [made])]) answers.set(one.path, one.body)
  }
  let [posts, away] = [0, 0]
  const server = createServer(({ method, url = '', socket: line }, response) => {
    const writes = method !== 'GET'
    if (method === 'POST') posts++
    if (method === 'POST' && (posts === 1 || away > 0)) away = Math.max(away, questions)
    if (method === 'POST' && (hears || away === 0)) hear()
    if (away > 0) {
      away--
      return line.destroy()
    }
    const found = writes ? sync('', '', null).body : answers.get(url)
    return response.writeHead(found === undefined ? 404 : 200).end(JSON.stringify(found ?? { type: 'error', error_code: 404, error: '' }))
  })
  await new Promise<void>(done => server.listen(socket, done))
  const provider = lxdAt({ socket })
  await body(provider, () => posts).finally(async () => {
    await provider.close()
    server.close()
  })
}

test('a server that is started again in the middle of a step is waited for, and what it did is not done twice', () =>
  leaving(true, 8, async (provider, posts) => {
    assert.is(faultOf(await make(provider)), 'done')
    assert.is(posts(), 1)
  }))

test('what a server has forgotten over its new start is asked for again', () =>
  leaving(false, 8, async (provider, posts) => {
    assert.is(faultOf(await make(provider)), 'done')
    assert.is(posts(), 2)
  }))

test('a connection that goes in the middle of a step, for good, leaves its fate unknown', () =>
  leaving(false, Number.POSITIVE_INFINITY, async provider => {
    assert.equal(await make(provider), { is: 'unknown', fault: { code: 'CONNECTION_LOST', host: 'lxd', addr: 'vm.main' } })
  }))

test.run()
