import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { AnyKind, Check, Fact, Host, Reach } from '../../engine/contract.js'
import { makePlan } from '../../engine/plan/plan.js'
import { E } from '../../specs/fp.js'
import { box, noteKind, paperKinds } from '../support/paper.js'
import { aBox, aNote, apply, type Desk, desk, inputFor, perform, wishFor } from '../support/paper-run.js'

/** A box whose file says nothing of its host, and a note whose path follows it. */
const silent: AnyKind = {
  ...box,
  offers: (self, spec) =>
    box.offers(self, spec).map(fact => {
      const { host: _, ...machine } = (fact as unknown as Reach).machine as NonNullable<Reach['machine']>
      return { ...fact, machine } as unknown as Fact
    }),
}
const plain = noteKind('note', ['box'])
const following: AnyKind = {
  ...plain,
  want: (self, spec, facts) => {
    const reach = facts.find(({ fact, from }) => fact === 'reach' && from === 'box.main') as Reach | undefined
    return plain.want(self, { ...spec, path: `/${reach?.machine?.host?.os ?? 'unknown'}` }, facts)
  },
}
const kinds = new Map(paperKinds).set('box', silent).set('note', following)
const saying = (at: Desk, host: Host) => {
  const input = inputFor(at, wishFor([aBox(), aNote('a', 'x')]))
  const { provider } = input
  const connect: typeof provider.connect = machine => {
    const channel = provider.connect(machine)
    return { ...channel, look: async (probes, reveal) => ({ ...(await channel.look(probes, reveal)), host }) }
  }
  return { ...input, kinds, provider: { ...provider, connect } }
}

test('what the file does not tell of a host is asked, and what is wanted follows', async () => {
  const at = desk()
  await apply(at, [aBox()])
  at.paper.looks = 0
  const made = await makePlan(saying(at, { os: 'debian', version: '12', arch: 'arm64', ipv6: true }))()
  assert.equal(E.isRight(made) && made.right.plan.tasks[0]?.claims, [{ what: 'file', id: '/debian', via: 'box.main', hold: 'own' }])
  assert.is(at.paper.looks, 4)
})

test('what was learned is remembered, so that one look is enough the next time', async () => {
  const at = desk()
  await apply(at, [aBox()])
  const host = { os: 'debian', version: '12', arch: 'arm64', ipv6: true }
  const first = await makePlan(saying(at, host))()
  const records = E.isRight(first) ? first.right.records : []
  for (const record of records) at.memory.set(record.addr, { ...record, run: 1 })
  at.paper.looks = 0
  await makePlan(saying(at, host))()
  assert.is(at.paper.looks, 2)
})

test('a check that needs IPv6 is skipped, and said to be, on a host without', async () => {
  const at = desk()
  await apply(at, [aBox()])
  const made = await makePlan(saying(at, { os: 'debian', version: '12', arch: 'arm64', ipv6: false }))()
  if (E.isLeft(made)) throw new Error(made.left.code)
  const check: Check = { says: 'over IPv6', probe: { ask: 'file', key: '/a', via: 'box.main' }, expect: {}, needs: 'ipv6' }
  const entries = new Map(
    [...made.right.entries].map(([addr, entry]) => [addr, { ...entry, kind: { ...entry.kind, checks: () => [check] } }]),
  )
  const { report } = await perform(at, { ...made.right, entries })
  assert.equal(report.checks[0], { addr: 'box.main', says: 'over IPv6', result: 'skipped', why: 'the host has no IPv6 address' })
  assert.is(report.outcome, 'done')
})

test.run()
