import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Addr } from '../../engine/contract.js'
import { losingOf } from '../../engine/plan/decide.js'
import { HOSTS, loginUser, roleIn } from '../support/environments.js'
import { lookAs, type Role, settle, stageWith } from '../support/stage.js'

const host = HOSTS[1] as (typeof HOSTS)[number]
const provider = { kind: 'ssh', host: 'demo' }
const role = (name: string, addr: Addr, udp: number): Role => roleIn({ name, provider, tracker: { udp: [udp] } }, addr, { host })

/** What the plan of its destroy says of it, beside another environment on the host and without. */
const told = async (addr: Addr): Promise<ReadonlyArray<string>> => {
  const stage = stageWith(host, 'demo', loginUser('torrust'))
  const [first, second] = [role('demo', addr, 6969), role('other', addr, 6970)]
  const says = async ({ kind, environment }: Role, one: Role): Promise<string> => {
    const { held } = await lookAs(stage, one)
    return losingOf(kind, held.get(addr) ?? [], environment).sentence
  }
  await settle(stage, first)
  const alone = await says(first, first)
  await settle(stage, second)
  return [alone, await says(second, second)]
}

test('a destroy announces only what is done: what another environment on the host uses stays', async () => {
  assert.equal(await told('firewall.main'), [
    '2 rules removed; the firewall and the port of ssh as before',
    '1 rule removed; what other environments use stays',
  ])
  assert.equal(await told('docker.main'), [
    'engine and compose removed; volumes and containers stay in /var/lib/docker',
    'settings of its own as before; what other environments use stays',
  ])
})

test.run()
