import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openEnvironment } from '../../cli/environment.js'
import type { Generated } from '../../cli/secrets.js'
import { lookKnowing, sealStanding, unsealedIn } from '../../cli/standing.js'
import type { Answer, Probe, Text } from '../../engine/contract.js'
import type { Planned } from '../../engine/plan/plan.js'
import { E, need } from '../../specs/fp.js'
import { openStore, type Store } from '../../state/index.js'
import { contextIn, demo } from '../support/cli.js'

const TOKEN = 'tracker.api.admin_token'
const STANDS = 'AsItStandsOnTheHost1234'
const made: Generated = name => E.right(`made for ${name}`)

const stage = async () => {
  const cwd = demo()
  const opened = need(await openEnvironment(contextIn(cwd), undefined)())
  const env = { DEPLOYER_KEY: 'ab'.repeat(32) }
  const store: Store = need(openStore({ folder: opened.folder, host: 'desk', user: 'ann', pid: 1, now: Date.now, env }))
  return { opened, store, secrets: store.secrets }
}

/** Hosts on which this is the token; each look is asked what it would take for it. */
const hostWith = (token: string | undefined) => {
  const looks: Array<{ readonly token: unknown; readonly standing: ReadonlyArray<string> }> = []
  const closed: Array<number> = []
  const match: Text = ['TOKEN=', { secret: TOKEN, as: ['env'] }, '\n']
  const probe: Probe = { ask: 'file', key: '/tracker.env', via: 'vm.main', match }
  const answer: Answer<unknown> = token === undefined ? { is: 'absent' } : { is: 'present', value: { content: `TOKEN=${token}\n` } }
  const planned = (index: number) =>
    ({
      entries: new Map([['tracker.main', { addr: 'tracker.main', probes: [probe] }]]),
      world: {
        held: new Map([['tracker.main', [{ what: 'file', id: '/tracker.env' }]]]),
        machines: new Map([['vm.main', { seen: { running: true } }]]),
      },
      routes: { rootOf: () => 'vm.main' },
      links: { to: () => ({ look: async () => ({ answers: [answer] }) }), close: async () => void closed.push(index) },
      input: {},
    }) as unknown as Planned
  const look = async (generated: Generated, standing: ReadonlyArray<string>) => {
    looks.push({ token: generated(TOKEN, 32, 1), standing })
    return { planned: planned(looks.length) }
  }
  return { look, looks, closed }
}

test('what stands on a host is taken in place of a new one, and kept once that is agreed to', async () => {
  const { opened, store, secrets } = await stage()
  const { look, looks, closed } = hostWith(STANDS)
  const { standing } = await lookKnowing(look, { opened, secrets, generated: made, makes: true, standing: undefined })
  assert.equal(looks, [
    { token: E.right(`(to be generated: ${TOKEN})`), standing: [] },
    { token: E.right(STANDS), standing: [TOKEN] },
  ])
  assert.equal(closed, [1])
  const id = { environment: 'demo', name: TOKEN, version: 1 }
  assert.equal(secrets.peek(id), E.right(undefined))
  assert.equal(sealStanding(standing, opened, secrets), E.right([TOKEN]))
  assert.equal([secrets.peek(id), sealStanding(standing, opened, secrets)], [E.right(STANDS), E.right([])])
  store.close()
})

test('where nothing stands it is made, or only looked at once', async () => {
  const { opened, store, secrets } = await stage()
  const making = hostWith(undefined)
  await lookKnowing(making.look, { opened, secrets, generated: made, makes: true, standing: undefined })
  assert.equal(making.looks.at(-1), { token: E.right(`made for ${TOKEN}`), standing: [] })
  const looking = hostWith(undefined)
  await lookKnowing(looking.look, { opened, secrets, generated: made, makes: false, standing: undefined })
  assert.equal([looking.looks.length, looking.closed], [1, []])
  store.close()
})

test('what the state has is asked of nobody', async () => {
  const { opened, store, secrets } = await stage()
  need(secrets.keep({ environment: 'demo', name: TOKEN, version: 1 }, 'kept-in-the-state'))
  assert.equal(unsealedIn(opened, secrets), [])
  const { look, looks } = hostWith(STANDS)
  await lookKnowing(look, { opened, secrets, generated: made, makes: true, standing: undefined })
  assert.equal(looks, [{ token: E.right(`made for ${TOKEN}`), standing: [] }])
  store.close()
})

test.run()
