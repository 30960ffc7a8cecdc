import { mkdtempSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Outcome } from '../../../engine/channel.js'
import { progressOf, waitForOperation } from '../../../providers/lxd/operation.js'
import { E } from '../../../specs/fp.js'
import { batch, reveal } from '../sandbox/desk.js'
import { AT, begins, faultOf, instance, managed, operation, refuses, sync, there } from './answers.js'
import { claim, makes } from './life.js'
import { type Exchange, lxdAt } from './replay.js'

const ID = 'one'
const OPERATION = `/1.0/operations/${ID}`
const WAIT = `${OPERATION}/wait?timeout=5`
const DOWNLOAD = (percent: number) => ({ download_progress: `rootfs: ${percent}% (2.${percent}MB/s)` })
const running = (metadata: object | null = null, id = ID) => ({ ...operation(id, 'Running'), metadata })

/** Over the events of a server, once it was asked for the operation. */
interface Speaker {
  say(operation: object | string): void
  ends(status: string, err?: string): void
  hangUp(): void
}
type Play = (speaker: Speaker) => void

interface Played {
  readonly outcome: Outcome
  readonly told: ReadonlyArray<string>
  readonly asked: ReadonlyArray<string>
  /** Streams that were opened, and those that are not closed. */
  readonly opened: number
  readonly left: number
}

/** What is to be known of the operation when it is asked for the first time. */
type First = 'running' | 'ended' | 'forgotten'

/** Makes a machine at a server that speaks real WebSocket. */
const played = async (play: Play, first: First = 'running'): Promise<Played> => {
  const answers = new Map([...there, managed({})].map(exchange => [`GET ${exchange.path}`, exchange]))
  const put = (exchange: Exchange): unknown => answers.set(`${exchange.method} ${exchange.path}`, exchange)
  const finish = (): void => {
    const made = instance({ status: 'Running', type: 'container' })
    for (const one of [sync('GET', AT, made), sync('GET', '/1.0/instances?recursion=1', [made])]) put(one)
    if (first !== 'forgotten') for (const path of [OPERATION, WAIT]) put(sync('GET', path, operation(ID, 'Success')))
  }
  put(begins('POST', '/1.0/instances', ID))
  if (first === 'running') put(sync('GET', OPERATION, running()))
  const asked: string[] = []
  const server = createServer(({ method = '', url = '' }, response) => {
    if (url.startsWith(OPERATION)) asked.push(url)
    if (url === WAIT || (method === 'POST' && first !== 'running')) finish()
    const { status, body } = answers.get(`${method} ${url}`) ?? refuses(method, url, 404, 'Not Found')
    response.writeHead(status).end(JSON.stringify(body), () => {
      if (url === OPERATION) for (const line of events.clients) play(speaker(line))
    })
  })
  const events = new WebSocketServer({ server, path: '/1.0/events' })
  let opened = 0
  events.on('connection', () => opened++)
  const speaker = (line: WebSocket): Speaker => {
    const say = (metadata: object | string): void =>
      line.send(typeof metadata === 'string' ? metadata : JSON.stringify({ type: 'operation', metadata }))
    const ends = (status: string, err = ''): void => {
      if (status === 'Success') finish()
      say(operation(ID, status, err))
    }
    return { say, ends, hangUp: () => line.close() }
  }
  const socket = join(mkdtempSync(join(tmpdir(), 'lxd-')), 'unix.socket')
  await new Promise<void>(done => server.listen(socket, done))
  const provider = lxdAt({ socket })
  const told: string[] = []
  const outcome = await provider.act(
    batch({ addr: 'vm.main', fence: 5, claims: [claim], steps: [makes('debian/13', {})] }),
    reveal,
    event => event.is === 'progress' && told.push(event.text),
  )
  await provider.close()
  for (let tries = 0; events.clients.size > 0 && tries < 100; tries++) await new Promise(done => setTimeout(done, 10))
  const left = events.clients.size
  events.close()
  server.close()
  server.closeAllConnections()
  return { outcome, told, asked, opened, left }
}

test('how far a download is is told as it goes on, and its end ends the step without another question', async () => {
  const { outcome, told, asked, opened, left } = await played(({ say, ends }) => {
    say(running(DOWNLOAD(1)))
    say(running(DOWNLOAD(45)))
    say(running({ ...DOWNLOAD(100), create_instance_from_image_unpack_progress: 'Unpack: 7% (1.00GB/s)' }))
    ends('Success')
  })
  assert.is(faultOf(outcome), 'done')
  assert.equal(told, ['downloading the image, 1 %', 'downloading the image, 45 %', 'unpacking the image, 7 %'])
  assert.equal(asked, [OPERATION])
  assert.equal({ opened, left }, { opened: 1, left: 0 })
})

test('an operation that ended before anybody listened is not waited for', async () => {
  const { outcome, asked } = await played(() => {}, 'ended')
  assert.is(faultOf(outcome), 'done')
  assert.equal(asked, [OPERATION])
})

test('one that ended so long ago that the server has forgotten it is taken for ended', async () => {
  const { outcome, asked } = await played(() => {}, 'forgotten')
  assert.is(faultOf(outcome), 'done')
  assert.equal(asked, [OPERATION])
})

test('what the server says of the operations of others, or that is no event, is not heard', async () => {
  const { outcome, told } = await played(({ say, ends }) => {
    say('no event')
    say({ ...running(DOWNLOAD(99), 'two'), status: 'Failure', err: 'not ours' })
    say(running(DOWNLOAD(3)))
    ends('Success')
  })
  assert.is(faultOf(outcome), 'done')
  assert.equal(told, ['downloading the image, 3 %'])
})

test('where the events break off, the server is asked to say when it has ended', async () => {
  const { outcome, told, asked } = await played(({ say, hangUp }) => {
    say(running(DOWNLOAD(45)))
    hangUp()
  })
  assert.is(faultOf(outcome), 'done')
  assert.equal(told, ['downloading the image, 45 %'])
  assert.equal(asked, [OPERATION, WAIT])
})

test('a failure that comes as an event is said in the words of the server', async () => {
  const { outcome } = await played(({ ends }) => ends('Failure', 'run out of disk space'))
  assert.equal(faultOf(outcome), { code: 'DISK_FULL', where: 'storage pool fast' })
})

test('events that are silent are not trusted: the operation is asked for again', async () => {
  const states = [running(), running(DOWNLOAD(60)), operation(ID, 'Success')]
  const [asked, told]: [string[], string[]] = [[], []]
  let closed = 0
  const silent = { next: async () => undefined, isOpen: true, close: () => closed++ }
  const ask = (({ path }: { readonly path: string }) => {
    asked.push(path)
    return async () => E.right({ is: 'done', value: states.shift() })
  }) as never
  const reply = await waitForOperation(ID, { ask, listen: async () => silent }, text => told.push(text))()
  assert.equal(reply, E.right({ is: 'done', value: operation(ID, 'Success') }))
  assert.equal(asked, Array(3).fill(OPERATION))
  assert.equal({ told, closed }, { told: ['downloading the image, 60 %'], closed: 1 })
})

test('progress is said in plain words without its speed, and in those of the server where ours have none', () => {
  assert.is(progressOf({ metadata: DOWNLOAD(0) }), 'downloading the image, 0 %')
  assert.is(progressOf({ metadata: { container_progress: 'Remapping container filesystem' } }), 'remapping container filesystem')
  assert.is(progressOf({ metadata: { container_progress: '', progress: { percent: '100' } } }), undefined)
  assert.is(progressOf({ metadata: null }), undefined)
})

test.run()
