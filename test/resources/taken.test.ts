import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Addr } from '../../engine/contract.js'
import { change, type Place } from '../../engine/model/model.js'
import { hintOf, saysOf } from '../../specs/fault.js'
import { HOSTS, roleIn } from '../support/environments.js'
import { WITH_ENGINE, withStack } from '../support/stacked.js'
import { decideAs, type Stage, settle, stageWith } from '../support/stage.js'

const host = HOSTS[1] as (typeof HOSTS)[number]
const WEB = { image: 'nginx', ports: ['8080:80'] }
const role = (addr: Addr, input: object = {}) => roleIn({ tracker: { udp: [6969], http: [7070] }, ...input }, addr, { host })
const listening = (process: string, key: string, before = withStack('/opt/torrust')): Stage => {
  const stage = stageWith(host, 'demo', before)
  change(stage.model.hosts.get('demo') as Place, { ask: 'port', key, to: { process } })
  return stage
}

test('a port that a process of somebody else has is refused by the plan, before a firewall opens it', async () => {
  const { refused } = await decideAs(listening('python3', '7070/tcp'), role('tracker.main'))
  assert.equal(refused, { code: 'PORT_TAKEN', host: 'vm.main', port: 7070, proto: 'tcp', by: 'python3', for: 'tracker' })
  const own = await decideAs(
    listening('python3', '8080/tcp', WITH_ENGINE),
    role('compose-stack.main', { 'compose-stack': { services: { web: WEB } } }),
  )
  assert.equal(own.refused, { code: 'PORT_TAKEN', host: 'vm.main', port: 8080, proto: 'tcp', by: 'python3', for: 'web' })
})

test("whose a container is its trial knows, and another port or protocol is in nobody's way", async () => {
  for (const [process, key] of [
    ['docker-proxy', '7070/tcp'],
    ['python3', '7070/udp'],
    ['python3', '7071/tcp'],
  ] as const)
    assert.is((await decideAs(listening(process, key), role('tracker.main'))).refused, undefined, `${process} ${key}`)
})

test('a port that moves from the tracker to a service of the user is refused with the order that works', async () => {
  const stage = stageWith(host, 'demo', WITH_ENGINE)
  const file = (http: ReadonlyArray<number>, services: object) => ({
    tracker: { udp: [6969], http },
    'compose-stack': { services },
  })
  const to = (input: object) => role('compose-stack.main', input)
  await settle(stage, to(file([7070, 8080], {})))
  const { refused } = await decideAs(stage, to(file([7070], { web: WEB })))
  assert.equal(refused, { code: 'PORT_MOVES', port: '8080/tcp', from: 'tracker', to: 'web' })
  assert.equal(refused && [saysOf(refused), hintOf(refused)], [
    "port 8080/tcp is tracker's until that restarts, and web, which starts before, is to listen there",
    'Take it from tracker first, without giving it to web, and apply; then give it to web, and apply again',
  ])
  await settle(stage, to(file([7070], {})))
  assert.is((await decideAs(stage, to(file([7070], { web: WEB })))).refused, undefined)
  await settle(stage, to(file([7070], { web: WEB })))
  assert.is((await decideAs(stage, to(file([7070, 8080], {})))).refused, undefined)
})

test.run()
