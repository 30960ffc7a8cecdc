import { existsSync } from 'node:fs'
import type { Provider } from '../engine/channel.js'
import { lossesOf } from '../engine/plan/dangers.js'
import { type Consent, guard } from '../engine/plan/guards.js'
import { isIdle, makePlan, type PlanInput, type Planned } from '../engine/plan/plan.js'
import type { Plan } from '../engine/plan-value.js'
import { revealer } from '../engine/reveal.js'
import { secretsAtHand } from '../engine/run/secrets.js'
import { kinds } from '../resources/registry.js'
import type { Fault } from '../specs/fault.js'
import { type Attempt, attempt, E, fail, need } from '../specs/fp.js'
import type { Issue } from '../specs/issue.js'
import type { Lock, Owner, StateReader, Store } from '../state/index.js'
import type { Context } from './context.js'
import type { Looked, Opening, Performed, Performing, Purpose } from './deploying.js'
import { asItWas, type Opened, openEnvironment, saysTheSame, specOf } from './environment.js'
import { untouched } from './interrupt.js'
import { journaled } from './journaled.js'
import { keysAtHand } from './keys.js'
import type { Log } from './log.js'
import { type Known, lockedBy, NOTHING, type Pinning, pinnedInput, pinningOf } from './pins.js'
import { placing } from './placing.js'
import { providerFor } from './provider.js'
import { type Rebuilt, rebuiltOf, remembered } from './rebuilt.js'
import { printsOf, sameSecretsSince } from './secret-prints.js'
import { keptIn, sourceOfSecret } from './secret-sources.js'
import { type Generated, generatedOrPlaceholder, lookupOf } from './secrets.js'
import { lookKnowing, placeholders, type Standing, sealStanding, unsealedIn } from './standing.js'
import { readState, writeState } from './state.js'
import { build } from './version.js'

/** An environment file and its state, and everything that is done with the two. Whoever opens one closes it. */
export class Deployer {
  /** Looked up once: what was shown is what is done. */
  private readonly found = new Map<string, string>()
  private standing: Standing | undefined

  private constructor(
    private readonly context: Context,
    private readonly log: Log,
    /** The file as it is now. */
    readonly now: Opened,
    /** What is wanted: the file, or an older run's spec. */
    readonly opened: Opened,
    readonly state: StateReader,
    private readonly warn: (issue: Issue) => void,
    private readonly pins: Known,
  ) {}

  static open(context: Context, log: Log, { typed, backTo, warn, pins = {} }: Opening): Attempt<Deployer> {
    return attempt(async () => {
      const now = await need(openEnvironment(context, typed))
      const state = need(readState(context, now.folder))
      if (existsSync(now.folder)) log.keepIn(now.folder)
      try {
        const opened = backTo === undefined ? now : await need(asItWas(now, need(state.runSpec(now.wish.environment, backTo)), context))
        return new Deployer(context, log, now, opened, state, warn, pins)
      } catch (cause) {
        state.close()
        throw cause
      }
    })
  }

  private get kept(): Generated {
    return generatedOrPlaceholder(this.state.secrets, this.opened.wish.environment)
  }

  private get asks(): 'file' | 'run' {
    return this.opened === this.now ? 'file' : 'run'
  }

  /** Looks and decides; the state is only read, nothing is written anywhere. */
  plan(purpose: Purpose, whileBusy?: PlanInput['whileBusy']): Attempt<Looked> {
    return attempt(async () => {
      const body = async (planned: Planned, { lock }: Pinning): Promise<Looked> => ({
        plan: planned.plan,
        unrecorded: !isIdle(planned) || lock !== undefined || planned.plan.blocked.length > 0,
      })
      return need(this.planned(this.state, { purpose, generated: this.kept, whileBusy, body, ahead: this.context.ahead }))
    })
  }

  /** Looks, and hands over what was seen while the way to the host is still open. */
  look<A>(body: (planned: Planned) => Promise<A>): Attempt<A> {
    return this.planned(this.state, { purpose: 'apply', generated: this.kept, body, ahead: this.context.ahead })
  }

  /** What `plan` would be refused for, without any flag. */
  refusals(plan: Plan, consent: Consent): Attempt<ReadonlyArray<Fault>> {
    return attempt(async () => {
      const guarded = guard(plan, need(this.memory(this.state)), consent)
      return E.isLeft(guarded) ? [guarded.left] : []
    })
  }

  /** Under the lock: plans, asks whether that is still what was agreed to, runs, and gives the lock back on every path. */
  perform(performing: Performing): Attempt<Performed> {
    return attempt(() => this.locked(performing.command, (store, lock) => this.underLock(store, lock, performing)))
  }

  /** Remembers again what carries our mark, as a run that changes nothing on a host. */
  rebuild(stop: AbortSignal): Attempt<Rebuilt> {
    const { opened } = this
    const { environment } = opened.wish
    const body =
      (store: Store, lock: Lock) =>
      async (planned: Planned, { pins }: Pinning): Promise<Rebuilt> => {
        if (stop.aborted) return need(fail(untouched(environment, 'deployer state rebuild')))
        const sealed = need(sealStanding(this.standing, opened, store.secrets))
        const found = need(remembered(planned, lock, specOf(opened, { pins })))
        return rebuiltOf(planned, found, { readBack: sealed, secrets: unsealedIn(opened, store.secrets).map(({ secret }) => secret) })
      }
    return attempt(() =>
      this.locked('state rebuild', (store, lock) =>
        this.planned(store, { purpose: 'apply', generated: placeholders(store.secrets, environment), body: body(store, lock) }),
      ),
    )
  }

  /** A run of somebody else's, as far as can be told from here. */
  underWay(): Owner | undefined {
    const known = this.state.environments()
    const lock = E.isRight(known) ? known.right.find(({ name }) => name === this.opened.wish.environment)?.lock : undefined
    return lock?.life === 'gone' ? undefined : lock
  }

  close(): void {
    this.state.close()
  }

  /** The lock is given back on every path. */
  private async locked<A>(command: string, body: (store: Store, lock: Lock) => Attempt<A>): Promise<A> {
    const { wish, file, folder } = this.opened
    const store = need(writeState(this.context, folder))
    this.log.keepIn(folder)
    try {
      const lock = need(store.lock({ environment: wish.environment, file, provider: wish.provider, command }))
      try {
        return await need(body(store, lock))
      } finally {
        lock.release()
      }
    } finally {
      store.close()
    }
  }

  private underLock(store: Store, lock: Lock, performing: Performing): Attempt<Performed> {
    const { purpose } = performing
    const { environment } = this.opened.wish
    const generated: Generated = (name, length, version) => store.secrets.generated({ environment, name, length, version })
    return this.planned(store, {
      purpose,
      generated,
      makes: true,
      whileBusy: performing.whileBusy,
      ahead: this.context.ahead,
      body: async (planned, { pins, lock: wanted }) => {
        const { plan } = planned
        need(guard(plan, planned.input.memory, await performing.agreed(plan)))
        if (performing.stop.aborted) return need(fail(untouched(environment, performing.again)))
        need(sealStanding(this.standing, this.opened, store.secrets))
        if (isIdle(planned)) return { plan, locked: need(lockedBy(wanted, this.context, this.opened)) }
        await need(secretsAtHand(planned))
        const locked = need(lockedBy(wanted, this.context, this.opened))
        const journal = need(
          lock.begin({
            environment,
            command: performing.command,
            fingerprint: plan.fingerprint,
            spec: specOf(this.opened, { pins, prints: await need(printsOf(planned, store.secrets)) }),
            tasks: plan.tasks.length,
          }),
        )
        return { plan, locked, report: await journaled(planned, journal, { ...performing, log: this.log, clock: this.context }) }
      },
    })
  }

  private memory(state: StateReader) {
    return state.memory(this.opened.wish.environment, this.opened.file)
  }

  private planned<A>(state: StateReader, { purpose, generated, makes = false, whileBusy, body, ahead }: Planning<A>): Attempt<A> {
    return attempt(async () => {
      const { context, opened, found } = this
      const memory = need(this.memory(state))
      const providing = { warn: this.warn, instant: isInstant(context), ahead }
      const provider: Provider = await need(providerFor(context, opened, providing))
      const look = async (lookup: Generated, standing: ReadonlyArray<string>) => {
        const { reveal, mask } = revealer(lookupOf(opened, context, lookup, this.now))
        this.log.hide(mask)
        const pinning = purpose === 'destroy' ? NOTHING : await need(pinningOf({ ...this.pins, context, opened, found, reveal }))
        const planned = await need(
          makePlan({
            ...pinnedInput(opened.wish, pinning, state),
            kinds: placing(kinds, opened.placeOf),
            provider,
            memory,
            reveal,
            mask,
            purpose,
            sameSecrets: sameSecretsSince(state, opened.wish.environment, reveal),
            tool: build,
            isSameFile: saysTheSame(state, memory, opened),
            asks: this.asks,
            readBack: standing,
            isKept: keptIn(opened, state.secrets, standing),
            sourceOfSecret: sourceOfSecret(opened, context),
            whileBusy,
          }),
        )
        return { planned, pinning }
      }
      try {
        await need(keysAtHand(opened.file, opened.missing))
        const known = { opened, secrets: state.secrets, generated, makes, standing: this.standing }
        const { seen, standing } =
          purpose === 'destroy' ? { seen: await look(generated, []), standing: undefined } : await lookKnowing(look, known)
        this.standing = standing
        const { planned, pinning } = seen
        try {
          return await body(planned, pinning)
        } finally {
          await planned.links.close()
        }
      } finally {
        await provider.close()
      }
    })
  }
}

interface Planning<A> {
  readonly purpose: Purpose
  readonly generated: Generated
  /** It makes what is not there yet. */
  readonly makes?: boolean
  readonly whileBusy?: PlanInput['whileBusy']
  readonly ahead?: Context['ahead']
  readonly body: (planned: Planned, pinning: Pinning) => Promise<A>
}

/** Tests and benchmarks don't wait for simulated steps. */
const isInstant = ({ env }: Context): boolean => (env.DEPLOYER_SANDBOX_INSTANT ?? '') !== ''

/** For a destroy that was agreed to by typing the name: everything that the plan names. */
export const allLosses = (plan: Plan): Consent['acceptLoss'] => lossesOf(plan.tasks)
