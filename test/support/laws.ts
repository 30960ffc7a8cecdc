import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { Ask, Change, Host, Step } from '../../engine/contract.js'
import { NONE } from '../../engine/diff.js'
import { IDLE } from '../../engine/model/effects/firewall.js'
import { change, type Place, viewOf } from '../../engine/model/model.js'
import {
  act,
  answerTo,
  copyOf,
  decideAs,
  decideDeleteAs,
  doStep,
  entryFor,
  ledgersOf,
  lookAs,
  pictureOf,
  type Role,
  routesFor,
  type Stage,
  settle,
  stageWith,
} from './stage.js'

/** One case of a law: a resource, the same for another environment on the same host, and what the host is like before. */
export interface Case {
  readonly role: Role
  /** Undefined: two environments can't share a host here. */
  readonly other?: Role
  /** The same resource after its section was edited. */
  readonly next?: Role
  /** Undefined: there is no machine yet. */
  readonly host?: Host
  readonly before: ReadonlyArray<Change>
}

/** Asserted after every step of every law. */
export type Always = (stage: Stage, role: Role) => void

const stageOf = ({ host, before }: Case): Stage => stageWith(host, 'demo', before)
const nothing: Always = () => undefined

const plainJson = (value: unknown): void => assert.equal(JSON.parse(JSON.stringify(value)), value)

const isSettled = async (stage: Stage, role: Role): Promise<void> => {
  const { action, diff } = await decideAs(stage, role)
  if (action !== 'none') throw new Error(`something is left to do: ${JSON.stringify(diff)}`)
}

/** Only what differs is worth reading. */
const isSame = (is: Stage, should: Stage, what = 'the world'): void => {
  const [now, then] = [pictureOf(is, [should]), pictureOf(should, [is])]
  const wrong = Object.keys(now).filter(key => !isDeepStrictEqual(now[key], then[key]))
  const words = wrong.map(key => `${key}: ${JSON.stringify(now[key])}, not ${JSON.stringify(then[key])}`)
  if (wrong.length > 0) throw new Error(`${what} is not as it should be:\n${words.join('\n')}`)
}

type Law = (one: Case, random: fc.GeneratorValue, always: Always) => Promise<void>

const EVERY_PREFIX = 'any prefix, then look, decide and act, ends like the whole'

export const LAWS: { readonly [law: string]: Law } = {
  'what is absent is created, in plain JSON': async ({ role }) => {
    const { kind, want, claims, probes } = entryFor(role)
    const diff = kind.diff(want, undefined)
    assert.is(diff.action, 'create')
    const host = [...routesFor(role).machines.values()][0]?.host as Host
    for (const value of [want, claims, probes, diff, kind.steps(want, undefined, diff, host)]) plainJson(value)
  },

  'acting and then reading leaves nothing to do, and nothing to do takes no steps': async (one, _, always) => {
    const stage = stageOf(one)
    await settle(stage, one.role, () => always(stage, one.role))
    await isSettled(stage, one.role)
    const { kind, want } = entryFor(one.role)
    const world = await lookAs(stage, one.role)
    const seen = kind.read(want, world.answers)
    assert.equal(kind.diff(want, seen), NONE)
    assert.equal(kind.steps(want, seen, NONE, one.host ?? { os: '', version: '', arch: '', ipv6: false }), [])
  },

  [EVERY_PREFIX]: async (one, _, always) => {
    const whole = stageOf(one)
    const { steps, claims } = await settle(whole, one.role)
    for (const [count, half] of steps.flatMap((_, index) => [[index, false] as const, [index, true] as const])) {
      const cut = stageOf(one)
      await act(cut, one.role, { claims, steps: steps.slice(0, count), releases: [] }, () => always(cut, one.role))
      if (half) await doStep(cut, one.role, steps[count] as Step, 1)
      always(cut, one.role)
      await settle(cut, one.role, () => always(cut, one.role))
      isSame(cut, whole, `the world after ${count}${half ? ' and a half' : ''} of ${steps.length} steps`)
      assert.equal(sorted(ledgersOf(cut)), sorted(ledgersOf(whole)))
      await isSettled(cut, one.role)
    }
  },

  'an edited section ends as if it had always been so, also when cut off in between': async (one, random, always) => {
    if (one.next === undefined) return
    const { role, next } = one
    const straight = stageOf(one)
    await settle(straight, next)
    const stage = stageOf(one)
    await settle(stage, role)
    const doing = await decideAs(stage, next)
    const cut = doing.steps.slice(0, random(fc.nat, { max: doing.steps.length }))
    await act(stage, next, { claims: doing.claims, steps: cut, releases: [] }, () => always(stage, next))
    await settle(stage, next, () => always(stage, next))
    await isSettled(stage, next)
    isSame(stage, straight)
    await act(stage, next, await decideDeleteAs(stage, next), () => always(stage, next))
    isSame(stage, stageOf(one))
  },

  'removing gives what was there before, and twice is fine': async (one, _, always) => {
    const stage = stageOf(one)
    const before = copyOf(stage)
    await settle(stage, one.role)
    const removal = await decideDeleteAs(stage, one.role)
    plainJson(removal.steps)
    await act(stage, one.role, removal, () => always(stage, one.role))
    isSame(stage, before)
    assert.equal(ledgersOf(stage), [])
    await act(stage, one.role, removal)
    isSame(stage, before)
  },

  'a removal that was cut off goes on': async (one, random, always) => {
    const stage = stageOf(one)
    const before = copyOf(stage)
    await settle(stage, one.role)
    const { steps } = await decideDeleteAs(stage, one.role)
    const cut = steps.slice(0, random(fc.nat, { max: steps.length }))
    await act(stage, one.role, { claims: [], steps: cut, releases: [] }, () => always(stage, one.role))
    await act(stage, one.role, await decideDeleteAs(stage, one.role))
    isSame(stage, before)
  },

  'of two environments on one host, removing one leaves the other as wanted': async one => {
    if (one.other === undefined) return
    const stage = stageOf(one)
    const before = copyOf(stage)
    await settle(stage, one.role)
    await settle(stage, one.other)
    await isSettled(stage, one.role)
    await act(stage, one.role, await decideDeleteAs(stage, one.role))
    await isSettled(stage, one.other)
    await act(stage, one.other, await decideDeleteAs(stage, one.other))
    isSame(stage, before)
  },

  'drift in any single answer is found and repaired': async one => {
    const stage = stageOf(one)
    const before = copyOf(stage)
    await settle(stage, one.role)
    for (const probe of entryFor(one.role).probes) {
      const was = await answerTo(before, one.role, probe)
      const is = await answerTo(stage, one.role, probe)
      if (FOREIGN.has(probe.ask) || was.is === 'unasked' || JSON.stringify(was) === JSON.stringify(is)) continue
      const drifted = copyOf(stage)
      drift(placeAt(drifted, probe.via), { ask: probe.ask, key: probe.key, to: was.is === 'present' ? was.value : undefined } as Change)
      const decision = await decideAs(drifted, one.role)
      if (probe.bare === true && decision.action === 'none') {
        const { kind, want } = entryFor(one.role)
        const says = kind.unmet(want, kind.read(want, (await lookAs(drifted, one.role)).answers))
        if (says.length === 0) throw new Error(`nobody is told that ${probe.key} is gone`)
        continue
      }
      if (decision.action === 'none') throw new Error(`nobody noticed that ${probe.ask} ${probe.key} drifted`)
      await act(drifted, one.role, decision)
      await isSettled(drifted, one.role)
      isSame(drifted, stage, `${probe.ask} ${probe.key}`)
    }
  },
}

/** Somebody else's: asked, and never repaired. */
const FOREIGN: ReadonlySet<Ask> = new Set(['database', 'port'])

const placeAt = ({ model }: Stage, via: string): Place => (via === 'provider' ? model.provider : ([...model.hosts.values()][0] as Place))

/** What can happen to a host: a firewall goes idle, a unit that its package brought stops, an engine loads an old file, a member is also in its user's groups. */
const drift = (place: Place, one: Change): void => {
  const engine = viewOf(place).at('engine', 'docker')
  if (one.ask === 'firewall' && one.to === undefined) change(place, { ...one, to: IDLE })
  else if (one.ask === 'unit' && one.to === undefined) change(place, { ...one, to: { active: false, enabled: false } })
  else if (one.ask === 'engine' && one.to !== undefined && engine !== undefined)
    change(place, { ...one, to: { ...engine, config: one.to.config } })
  else change(place, one)
  if (one.ask !== 'member') return
  const [name = '', group] = one.key.split('/')
  const user = viewOf(place).at('user', name)
  if (user !== undefined) change(place, { ask: 'user', key: name, to: { ...user, groups: user.groups.filter(other => other !== group) } })
}

const sorted = (ledger: ReturnType<typeof ledgersOf>) => [...ledger].sort((a, b) => (`${a.what} ${a.id}` < `${b.what} ${b.id}` ? -1 : 1))

interface Options {
  readonly always?: Always
  readonly runs?: number
}

/** Runs a law over many cases; a failure names the case and the seed that give it again. */
export const keeps = (law: string, cases: fc.Arbitrary<Case>, { always = nothing, runs = 40 }: Options = {}): Promise<void> =>
  fc.assert(
    fc.asyncProperty(cases.map(shown), fc.gen(), (one, random) => (LAWS[law] as Law)(one, random, always)),
    { numRuns: law === EVERY_PREFIX ? Math.ceil(runs / 4) : runs, includeErrorInReport: true },
  )

const shown = (one: Case): Case => ({ ...one, [fc.toStringMethod]: () => JSON.stringify(wordsOf(one), null, 1) }) as Case

const wordsOf = ({ role, host, before }: Case): unknown => ({
  spec: role.declared.spec,
  facts: role.facts.filter(({ fact }) => fact === 'environment' || fact === 'port').map(fact => JSON.stringify(fact)),
  host,
  before: before.map(({ ask, key }) => `${ask} ${key}`),
})
