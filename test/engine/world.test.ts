import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Channel, Look, Machine, Provider } from '../../engine/channel.js'
import type { Probe } from '../../engine/contract.js'
import { routesOf } from '../../engine/routes.js'
import { linksOf, lookAt } from '../../engine/world.js'
import { E } from '../../specs/fp.js'

const login = { user: 'root', port: 22 }
const vm: Machine = {
  addr: 'vm.main',
  name: 'demo',
  login,
  seen: { id: 'demo', addresses: ['192.0.2.9'], running: true } as unknown as Machine['seen'],
}
const routes = routesOf([{ fact: 'reach', from: 'vm.main', machine: { name: 'demo', login } }])
const file: Probe = { ask: 'file', key: '/a', via: 'vm.main' }
const reveal = () => async () => E.right('')
const saying = (probes: ReadonlyArray<Probe>, says: (probe: Probe) => Look['answers'][number]): Look => ({
  answers: probes.map(says),
  ledger: [],
  busy: [],
})

/** Says nothing before the host has been asked. */
const provider = (asked: Array<string>): Provider => {
  let heard: () => void = () => undefined
  const host = new Promise<void>(resolve => {
    heard = resolve
  })
  const channel: Partial<Channel> = {
    look: async probes => {
      asked.push('host')
      heard()
      return saying(probes, () => ({ is: 'present', value: { content: 'x' } }))
    },
  }
  const look: Channel['look'] = async probes => {
    await host
    asked.push('provider')
    return saying(probes, ({ ask }) => (ask === 'machine' ? { is: 'present', value: vm.seen } : { is: 'absent' }))
  }
  return { look, connect: () => channel } as unknown as Provider
}

test('hosts of machines that are known are asked beside the provider, and both answers count', async () => {
  const asked: Array<string> = []
  const made = provider(asked)
  const world = await lookAt([file], {
    environment: 'demo',
    routes,
    provider: made,
    links: linksOf(made),
    reveal,
    machines: new Map([['vm.main', vm]]),
  })
  assert.equal(asked, ['host', 'provider'])
  assert.equal(world.answers.of(file as never), { is: 'present', value: { content: 'x' } })
  assert.equal(world.answers.of({ ask: 'machine', key: 'demo', via: 'provider' } as never), { is: 'present', value: vm.seen })
})

test.run()
