import { createSocket } from 'node:dgram'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Reveal } from '../../../engine/channel.js'
import type { Ask, Asks, Probe } from '../../../engine/contract.js'
import { type Announcing, announceKey, openKey, serviceKey } from '../../../engine/outside.js'
import { type Around, asksFromOutside, type Told } from '../../../providers/operator/index.js'
import { silenceBeside } from '../../../providers/operator/ports.js'
import type { At } from '../../../providers/operator/udp-tracker.js'
import { E } from '../../../specs/fp.js'
import { type StandIn, standIn, type Wrong } from './stand-in.js'

const reveal: Reveal = text => async () => E.right(typeof text === 'string' ? text : '')
const NOWHERE: Told = { ipv6: [], client: '' }

/** A host whose own ports are this machine's. */
const around = (addresses: ReadonlyArray<string>, told = NOWHERE): Around => ({
  addresses,
  port: () => undefined,
  reach: (address, port) => async () => {
    const folder = mkdtempSync(join(tmpdir(), 'deployer-'))
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
    const socket = join(folder, 's')
    const { connect } = await import('node:net')
    const server = createServer(from => {
      const to = connect(port, address)
      from.pipe(to).pipe(from)
      to.on('error', () => from.destroy())
      from.on('error', () => to.destroy())
    })
    server.unref()
    await new Promise<void>(done => server.listen(socket, done))
    return E.right(socket)
  },
  told: () => async () => E.right(told),
})

const ask = async <A extends Ask>(ask: A, key: string, match?: string, near = around(['127.0.0.1'])): Promise<Asks[A] | string> => {
  const probe = { ask, key, via: 'operator', ...(match !== undefined && { match }) } as Probe
  const [answer] = await asksFromOutside(near)([probe], reveal)
  if (answer?.is === 'present') return answer.value as Asks[A]
  return answer?.is === 'unasked' ? ('why' in answer.fault ? `${answer.fault.why}` : answer.fault.code) : 'absent'
}

/** What a meeting at a tracker comes to, without how long it took. */
const meet = async (tracker: StandIn, more: Partial<Announcing> & Pick<Announcing, 'scheme'>, near = around(['127.0.0.1'])) => {
  const port = tracker[more.scheme]
  const answer = await ask('announce', announceKey({ machine: 'vm.main', port, family: 4, ...more }), tracker.token, near)
  if (typeof answer === 'string') return answer
  const { milliseconds, ...rest } = answer
  if (rest.taken) assert.type(milliseconds, 'number')
  return rest
}
const FINE = { taken: true, interval: 300, known: 'own', scraped: true }
const NOTHING = { torrents: 0, listed: 0, keys: 0 }

const withTracker = async (wrong: Wrong, body: (tracker: StandIn) => Promise<void>, family: 4 | 6 = 4): Promise<void> => {
  const tracker = await standIn(wrong, family)
  try {
    await body(tracker)
    assert.equal(tracker.left(), { ...NOTHING, ...(wrong.keepsKeys && { keys: 1 }) })
  } finally {
    tracker.close()
  }
}

for (const scheme of ['udp', 'http'] as const) {
  test(`two peers meet over ${scheme} and leave nothing`, () =>
    withTracker({}, async tracker => {
      assert.equal(await meet(tracker, { scheme }), FINE)
      assert.equal(tracker.log, ['started', 'started', 'stopped', 'stopped'])
    }))

  test(`peers of ${scheme} are also looked up through the API`, () =>
    withTracker({}, async tracker => {
      assert.equal(await meet(tracker, { scheme, api: { port: tracker.api } }), FINE)
      assert.equal(tracker.log, ['started', 'started', 'GET torrent', 'stopped', 'stopped'])
    }))

  test(`a tracker that knows everybody over ${scheme} as its bridge is found out`, () =>
    withTracker({ address: '172.18.0.1' }, async tracker => {
      assert.equal(await meet(tracker, { scheme }), { ...FINE, known: '172.18.0.1' })
    }))

  test(`records of IPv6 for peers of IPv4 over ${scheme} are found out`, () =>
    withTracker({ wide: true }, async tracker => {
      assert.equal(await meet(tracker, { scheme }), 'its answer breaks the protocol: it tells of 3 peers where 2 take part')
    }))

  test(`a tracker that tells of nobody over ${scheme} has not introduced them`, () =>
    withTracker({ hides: true }, async tracker => {
      assert.equal(await meet(tracker, { scheme }), { taken: true, interval: 300, scraped: true })
    }))

  test(`a refusal over ${scheme} is an answer, in its words`, () =>
    withTracker({ refuses: 'go away' }, async tracker => {
      assert.equal(await meet(tracker, { scheme }), { taken: false, says: 'go away' })
    }))

  test(`a torrent is put on the whitelist for ${scheme} and taken off`, () =>
    withTracker({}, async tracker => {
      tracker.needs.listing = true
      assert.is(((await meet(tracker, { scheme })) as { taken: boolean }).taken, false)
      assert.equal(await meet(tracker, { scheme, api: { port: tracker.api }, admit: ['listing'] }), FINE)
      assert.equal(tracker.log.at(-1), 'DELETE whitelist')
    }))

  test(`nobody listens: said at once over ${scheme}`, async () => {
    const tracker = await standIn()
    tracker.close()
    const began = Date.now()
    assert.is(await meet(tracker, { scheme }), 'refused: nobody listens there')
    assert.ok(Date.now() - began < 1000)
  })
}

test('what is no answer of a tracker is none', async () => {
  await withTracker({ answers: () => Buffer.from('<html>') }, async tracker => {
    assert.is(await meet(tracker, { scheme: 'http' }), 'its answer breaks the protocol: byte 0 begins nothing')
    assert.is(await meet(tracker, { scheme: 'udp' }), 'no answer in 3 s')
  })
  await withTracker({ answers: body => body.subarray(0, 10) }, async tracker => {
    assert.is(await meet(tracker, { scheme: 'udp' }), 'its answer breaks the protocol: its answer to connect has only 10 bytes')
  })
})

test('a packet that is lost is sent again', () =>
  withTracker({ loses: 1 }, async tracker => {
    assert.equal(await meet(tracker, { scheme: 'udp' }), FINE)
  }))

test('with a key that lasts for this one question a private tracker lets in', () =>
  withTracker({}, async tracker => {
    tracker.needs.key = true
    assert.equal(await meet(tracker, { scheme: 'http' }), { taken: false, says: 'Missing key' })
    assert.equal(await meet(tracker, { scheme: 'http', api: { port: tracker.api }, admit: ['key'] }), FINE)
    assert.equal(tracker.log.at(-1), 'DELETE key')
  }))

test('a tracker that cannot delete a key works all the same: the key ends by itself', () =>
  withTracker({ keepsKeys: true }, async tracker => {
    tracker.needs.key = true
    assert.equal(await meet(tracker, { scheme: 'http', api: { port: tracker.api }, admit: ['key'] }), FINE)
    assert.equal(tracker.log.at(-1), 'DELETE key')
  }))

test('without an API nobody is let in', () =>
  withTracker({}, async tracker => {
    assert.is(await meet(tracker, { scheme: 'http', admit: ['key'] }), 'nobody can be let in without its API')
  }))

test('behind a router this machine is known by the address that its host sees', () =>
  withTracker({ address: '172.18.0.9' }, async tracker => {
    const near = around(['127.0.0.1'], { ipv6: [], client: '172.18.0.9' })
    assert.equal(await meet(tracker, { scheme: 'udp' }, near), FINE)
  }))

test('an address that nobody has is not its own', () =>
  withTracker({ address: '0.0.0.0' }, async tracker => {
    assert.equal(await meet(tracker, { scheme: 'udp' }), { ...FINE, known: '0.0.0.0' })
  }))

// As torrust-tracker 3.0.0 says it.
test('where in its source a tracker refuses is left out', () =>
  withTracker(
    { refuses: 'Tracker error: The torrent: 05d3, is not whitelisted, /cargo/src/core/mod.rs:1106:23, /cargo/src/udp.rs:1:2' },
    async tracker => {
      assert.equal(await meet(tracker, { scheme: 'http' }), { taken: false, says: 'Tracker error: The torrent: 05d3, is not whitelisted' })
    },
  ))

test('or by a public one, which its own network never sees', () =>
  withTracker({ address: '8.8.4.4' }, async tracker => {
    assert.equal(await meet(tracker, { scheme: 'udp' }), FINE)
  }))

const hasIpv6 = Object.values(networkInterfaces()).some(all => all?.some(({ address }) => address === '::1'))

test('over IPv6 records are of IPv6', async () => {
  if (!hasIpv6) return console.log('skipped: this machine has no IPv6')
  const near = around(['127.0.0.1'], { ipv6: ['0000:0000:0000:0000:0000:0000:0000:0001'], client: '' })
  await withTracker(
    {},
    async tracker => {
      assert.equal(await meet(tracker, { scheme: 'udp', family: 6 }, near), FINE)
      assert.equal(await meet(tracker, { scheme: 'http', family: 6 }, near), FINE)
      assert.equal(await meet(tracker, { scheme: 'http', family: 6, api: { port: tracker.api, address: '::1' } }, near), FINE)
    },
    6,
  )
})

test('a host that is known by no address of IPv6 is not asked there', async () => {
  await withTracker({}, async tracker => {
    assert.is(await meet(tracker, { scheme: 'udp', family: 6 }), 'the host is not known by an address of IPv6')
  })
})

test('an API opens to the right token and to no other, through its host', () =>
  withTracker({}, async tracker => {
    const key = serviceKey({ machine: 'vm.main', scheme: 'http', port: tracker.api, path: '/api/v1/stats', through: 'host' })
    const { milliseconds, ...answer } = (await ask('api', key, tracker.token)) as Asks['api']
    assert.equal(answer, { right: true, wrong: false, status: 200 })
    assert.type(milliseconds, 'number')
    const { right, status } = (await ask('api', key, 'another')) as Asks['api']
    assert.equal([right, status], [false, 500])
  }))

test('a page is asked for from outside, or through the host', () =>
  withTracker({}, async tracker => {
    const at = { machine: 'vm.main', scheme: 'http', port: tracker.http, path: '/scrape' } as const
    for (const key of [serviceKey(at), serviceKey({ ...at, through: 'host' })])
      assert.is(((await ask('http', key)) as Asks['http']).status, 200)
    assert.is(await ask('http', serviceKey({ ...at, port: 1 })), 'refused: nobody listens there')
  }))

test('what nobody on the host answers is said to be so', async () => {
  const key = serviceKey({ machine: 'vm.main', scheme: 'http', port: 1, path: '/health_check', through: 'host' })
  assert.is(await ask('http', key), 'nothing answers there on the host')
  await withTracker({}, async tracker => {
    const admitted = { scheme: 'http', api: { port: 1 }, admit: ['key'] } as const
    assert.is(await meet(tracker, admitted), 'its API: nothing answers there on the host')
  })
})

test('ports that answer are told from those that do not', async () => {
  const tracker = await standIn()
  const silent = createSocket('udp4')
  await new Promise<void>(done => silent.bind(0, '127.0.0.1', done))
  const { udp, http } = tracker
  const quiet = `${silent.address().port}/udp`
  assert.equal(await ask('open', openKey('vm.main', [`${udp}/udp`, `${http}/tcp`, '1/tcp', '1/udp', quiet])), {
    open: [`${udp}/udp`, `${http}/tcp`],
  })
  silent.close()
  tracker.close()
})

test('silence counts sooner where a port that is known to be open answers quickly', async () => {
  const tracker = await standIn()
  const at = (port: number): At => ({ address: '127.0.0.1', port, family: 4 })
  const came: Array<string> = []
  await Promise.all(
    [undefined, at(1), at(tracker.http)].map((known, index) =>
      silenceBeside(known).then(() => came.push(['-', 'closed', 'open'][index] ?? '')),
    ),
  )
  assert.is(came[0], 'open')
  assert.is(came.length, 3)
  tracker.close()
})

test.run()
