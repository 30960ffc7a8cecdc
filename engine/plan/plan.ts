import { isDeepStrictEqual } from 'node:util'
import type { Fault } from '../../specs/fault.js'
import { type Attempt, attempt, need } from '../../specs/fp.js'
import type { Json } from '../../specs/json.js'
import type { Busy, Provider, Reveal } from '../channel.js'
import type { Addr, Answers, AnyKind, Facts, Field, Host } from '../contract.js'
import { nearest } from '../graph.js'
import { type Drift, isPending, type Pin, type Plan, type Task } from '../plan-value.js'
import { type Routes, routesOf } from '../routes.js'
import type { Memory, Remembered } from '../store.js'
import type { Declared, Wish } from '../wish.js'
import { knowingOnly, type Links, linksOf, lookAt, type World } from '../world.js'
import { dangersOf } from './dangers.js'
import { type Entry, entryOf } from './decide.js'
import { factsOf, goneFrom, inOrder, kindOf, needsOf } from './declared.js'
import { deletionsOf, withDeletions } from './deletions.js'
import { driftLines, foreignLines, unmetLines } from './drift.js'
import { fingerprintOf } from './fingerprint.js'
import { isNews, knowing } from './hosts.js'
import { hasSameSecrets, lockedWant } from './locked.js'
import { hostsOf, recordsOf } from './remember.js'
import { withSecretsTold } from './secret-fields.js'
import { beforeOf, isGone, type Past, plannedFields, plannedFiles, probesBefore, sourcesOf } from './sources.js'
import { protectChange, reasonsOf, sentenceOf, type Verdict, verdictsOf } from './verdicts.js'

export interface PlanInput {
  readonly wish: Wish
  readonly kinds: ReadonlyMap<string, AnyKind>
  readonly provider: Provider
  readonly memory: Memory
  readonly reveal: Reveal
  /** Hides secrets in what a host says, before it is told or written down. */
  readonly mask: (text: string) => string
  /** `destroy` asks for nothing: everything that the environment holds goes. */
  readonly purpose: 'apply' | 'destroy'
  /** Which build this is; what another one remembers is only compared as a whole. */
  readonly tool: string
  /** The whole file says what it said at the last run, so what is wanted differently comes from a newer tool. */
  readonly isSameFile?: boolean
  /** Where stands what is wanted: in the file, unless a plan goes back to an older run. */
  readonly asks?: 'file' | 'run'
  readonly pins?: { readonly planned: ReadonlyArray<Pin>; readonly blocked: ReadonlyArray<Fault> }
  /** Secrets that are only known from hosts. */
  readonly readBack?: ReadonlyArray<string>
  /** What `wish.facts` would be with what was locked in an older run; undefined: that run locked nothing. */
  readonly lockedIn?: (run: number) => Facts | undefined
  /** Whether these secrets are what they were in an older run. */
  readonly sameSecrets?: (run: number, secrets: ReadonlyArray<string>) => Promise<boolean>
  /** Whether a generated secret is there already. */
  readonly isKept?: (secret: string) => boolean
  /** Where a secret comes from; never its value. */
  readonly sourceOfSecret?: (secret: string) => Json | undefined
  /** Given what is still at work, says whether to look once more. Without it a plan is of what is there now. */
  readonly whileBusy?: ((busy: ReadonlyArray<Busy>) => Promise<boolean>) | undefined
}

/** A plan, with what a run needs beside it to go on from the same look. Whoever makes it closes its links. */
export interface Planned {
  readonly plan: Plan
  readonly input: PlanInput
  readonly entries: ReadonlyMap<Addr, Entry>
  readonly routes: Routes
  readonly world: World
  readonly links: Links
  /** Unchanged in the world, but remembered otherwise: a run records them though it does nothing else. */
  readonly records: ReadonlyArray<Omit<Remembered, 'run'>>
}

/** Nothing to do, nothing to record, and the last run came to a good end. */
export const isIdle = (planned: Planned): boolean => {
  const { plan, records } = planned
  return !isPending(plan) && records.length === 0 && plan.unfinished === undefined && !isUnproved(planned)
}

/** As wanted perhaps, but the last run ended without showing that it works. */
export const isUnproved = ({ input: { purpose, memory } }: Planned): boolean =>
  purpose === 'apply' && memory.lastRun !== undefined && memory.lastRun.outcome !== 'done'

/** Looks at the world and decides. Changes nothing. */
export const makePlan = (input: PlanInput): Attempt<Planned> =>
  attempt(async () => {
    const { wish, kinds, provider, memory, purpose } = input
    const remembered = new Map(memory.resources.map(one => [one.addr, one]))
    const familiar = new Map(memory.resources.filter(one => one.tool === input.tool).map(one => [one.addr, one]))
    const declared = need(inOrder(wish.resources, kinds))
    const facts = factsOf(declared, wish.facts, kinds)
    const wanted = purpose === 'destroy' ? [] : declared
    const routes = routesOf([...factsOf(goneFrom(familiar, declared), [], kinds), ...facts])
    const links = linksOf(provider)
    const { entries, world, answers, hosts } = await seenAs(hostsOf(memory.resources), { input, routes, links, facts, wanted, familiar })

    const verdicts = need(verdictsOf([...entries.values()], { world, routes, environment: wish.environment, remembered }))
    const deletions = need(deletionsOf({ world, routes, kinds, remembered, familiar, environment: wish.environment, kept: entries }))
    const pending = new Set([...verdicts.values()].filter(({ decision }) => decision.action !== 'none').map(({ entry }) => entry.addr))
    const after = nearest([...entries.keys()], needsOf(wanted, kinds), pending)

    const plain = plainEntries(wish, kinds, hosts)
    const tasks: Array<Task> = []
    const drift: Array<Drift> = []
    for (const verdict of verdicts.values()) {
      const { addr } = verdict.entry
      const plainWant = plain?.get(addr)?.want
      const before = beforeOf(verdict, familiar.get(addr), answers)
      const past: Past = {
        before,
        isKnown: remembered.has(addr),
        plainWant,
        isSameSecret: pending.has(addr) && (await hasSameSecrets(verdict, remembered.get(addr), input)),
        lockedWant: pending.has(addr) ? lockedWant(verdict, remembered.get(addr), { input, declared, hosts }) : undefined,
        isSameFile: input.isSameFile ?? false,
        asks: input.asks ?? 'file',
      }
      drift.push(...driftLines(verdict, past), ...foreignLines(verdict, world))
      const guards = protectChange(verdict.entry, remembered.get(addr))
      if (pending.has(addr)) {
        const task = await taskOf(verdict, past, { after: after.get(addr) ?? [], guards })
        tasks.push(await withSecretsTold(task, remembered.get(addr)?.run, input))
      }
    }
    const unmet = [...verdicts.values()].flatMap(unmetLines)
    const all = withDeletions(tasks, deletions.tasks)
    const machines = [...world.machines.values()]
    const address = machines[0]?.seen.addresses[0]
    const body = {
      format: 1 as const,
      environment: wish.environment,
      tasks: all,
      vanished: deletions.vanished,
    }
    const plan: Plan = {
      ...body,
      provider: wish.provider,
      simulated: provider.simulated,
      ...(provider.given && { given: true as const }),
      ...(address !== undefined && { host: address }),
      ...(machines.some(({ seen }) => !seen.running) && { stopped: true as const }),
      unchanged: [...entries.keys()].filter(addr => !pending.has(addr)),
      unhandled: purpose === 'destroy' ? [] : wish.unhandled,
      ...(wish.unreached && purpose === 'apply' && { unreached: wish.unreached }),
      drift,
      ...(unmet.length > 0 && { unmet }),
      dangers: dangersOf(all, routes),
      consequences: all.flatMap(({ impact }) => impact.says ?? []),
      reachable: purpose === 'destroy' ? [] : wish.reachable,
      overrides: wish.overrides,
      ...(memory.formerly && { formerly: memory.formerly }),
      ...(memory.unfinished && { unfinished: memory.unfinished }),
      ...(input.readBack && input.readBack.length > 0 && { readBack: input.readBack }),
      ...(input.pins && input.pins.planned.length > 0 && { pins: input.pins.planned }),
      busy: world.busy.map(({ addr, environment }) => `${addr} of ${environment}`),
      blocked: distinct([
        ...[...verdicts.values()].flatMap(({ decision }) => decision.refused ?? []),
        ...deletions.blocked,
        ...(input.pins?.blocked ?? []),
      ]),
      fingerprint: fingerprintOf(
        body,
        machines.map(({ seen }) => seen.id),
        input.sourceOfSecret,
      ),
    }
    return { plan, input, entries, routes, world, links, records: recordsOf(verdicts, { world, remembered, tool: input.tool }) }
  })

/** What is wrong with a host is wrong for all that lives there, and told once. */
const distinct = (faults: ReadonlyArray<Fault>): ReadonlyArray<Fault> =>
  faults.filter((fault, index) => faults.findIndex(other => isDeepStrictEqual(other, fault)) === index)

interface Seeing {
  readonly input: PlanInput
  readonly routes: Routes
  readonly links: Links
  readonly facts: Facts
  readonly wanted: ReadonlyArray<Declared>
  readonly familiar: ReadonlyMap<Addr, Remembered>
}
interface Seen {
  readonly entries: ReadonlyMap<Addr, Entry>
  readonly world: World
  /** Also to what was wanted before. */
  readonly answers: Answers
  readonly hosts: ReadonlyMap<Addr, Host>
}

/** What is wanted may depend on what a host says of itself; where that is news, it is looked at once more. */
const seenAs = async (hosts: ReadonlyMap<Addr, Host>, seeing: Seeing): Promise<Seen> => {
  const { input, routes, links, facts, wanted, familiar } = seeing
  const { wish, kinds, provider, reveal } = input
  const known = knowing(facts, hosts)
  const entries = new Map(wanted.map(one => [one.addr, entryOf(one, kindOf(one, kinds), known)]))
  const asked = [...entries.values()].flatMap(entry => entry.probes)
  const before = [...entries.values()].flatMap(entry => probesBefore(entry, familiar.get(entry.addr)))
  const world = await lookAt([...asked, ...before], { environment: wish.environment, routes, provider, links, reveal })
  const now = new Map([...hosts, ...(world.hosts as ReadonlyMap<Addr, Host>)])
  if (isNews(facts, hosts, now)) return seenAs(now, seeing)
  if (world.busy.length > 0 && (await input.whileBusy?.(world.busy)) === true) return seenAs(now, seeing)
  return { entries, world: before.length === 0 ? world : knowingOnly(asked, world), answers: world.answers, hosts: now }
}

interface Beside {
  readonly after: ReadonlyArray<Addr>
  readonly guards: Field | undefined
}

const taskOf = async (verdict: Verdict, past: Past, { after, guards }: Beside): Promise<Task> => {
  const { entry, decision, predicted, because } = verdict
  const source = decision.action === 'create' || predicted ? undefined : sourcesOf(entry, decision, past)
  const fields = [
    ...plannedFields(decision, source, past.asks),
    ...(guards ? [{ ...guards, notable: true as const, ...(source && { source: past.asks }) }] : []),
  ]
  const files = await plannedFiles(decision, source)
  const sources = [...fields, ...files].flatMap(one => one.source ?? [])
  return {
    addr: entry.addr,
    kind: entry.declared.kind,
    action: decision.action as Task['action'],
    sentence: because ?? sentenceOf(entry, decision),
    reasons: reasonsOf(verdict, { isGone: isGone(verdict, past), sources }),
    predicted,
    fields,
    files,
    impact: decision.impact,
    steps: decision.steps,
    claims: decision.claims,
    releases: decision.releases,
    after,
  }
}

const plainEntries = (wish: Wish, kinds: PlanInput['kinds'], hosts: ReadonlyMap<Addr, Host>): ReadonlyMap<Addr, Entry> | undefined => {
  if (wish.withoutOverrides === undefined) return undefined
  const { resources, facts } = wish.withoutOverrides
  const all = knowing(factsOf(resources, facts, kinds), hosts)
  return new Map(resources.map(one => [one.addr, entryOf(one, kindOf(one, kinds), all)]))
}
