import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { Option } from 'clipanion'
import type { Consent } from '../engine/plan/guards.js'
import type { Plan } from '../engine/plan-value.js'
import { type Attempt, attempt, E, type Either, fail, need } from '../specs/fp.js'
import type { Context } from './context.js'
import type { Deployer } from './deployer.js'
import { shownFile, specOf } from './environment.js'
import { FileCommand } from './file-command.js'
import { lockFileOf } from './lock-file.js'
import type { Wanted } from './look.js'
import type { Known } from './pins.js'
import type { Told } from './render/look.js'
import { usage } from './usage.js'
import { variablesAgain } from './variables.js'

/** What all commands that show a plan have in common. */
export abstract class PlanningCommand extends FileCommand {
  steps = Option.Boolean('--steps', false, { description: 'Show every step that would be performed.' })
  verbose = Option.Counter('-v,--verbose', 0, { description: 'All fields and files; -vv steps, -vvv what guards them.' })

  protected override get wanted(): Wanted {
    return { verbosity: this.quiet ? -1 : Math.min(3, this.verbose), steps: this.steps, drift: false }
  }

  /** What the environment was in this run; undefined: as the file has it. */
  protected get towards(): string | undefined {
    return undefined
  }

  /** Looks again for newer images. */
  protected get upgrades(): boolean {
    return false
  }

  /** What is known of images beside the lock file. */
  protected async pins(): Promise<Known> {
    return { upgrade: this.upgrades }
  }

  protected planning<A>(body: (deployer: Deployer) => Promise<A>): Attempt<A> {
    return attempt(async () => {
      if (this.quiet && this.verbose > 0) need(fail(usage('-q and -v contradict each other', `deployer ${this.words}`)))
      if (this.upgrades && this.towards !== undefined)
        need(fail(usage('--upgrade looks for newer images, and --back-to wants those of a run', `deployer ${this.words} --upgrade`)))
      const run = this.towards === undefined ? undefined : need(runNumber(this.towards, this.words))
      return need(
        this.opened(
          async deployer => {
            const { typed, file } = deployer.now
            if (typed === undefined && dirname(file) !== this.context.cwd) this.note(`Environment file: ${shownFile(this.context, file)}\n`)
            return body(deployer)
          },
          { backTo: run, pins: await this.pins() },
        ),
      )
    })
  }

  /** How this was asked for, for the commands to type next. */
  protected asked({ now }: Deployer, command: NonNullable<Told['command']>): Told {
    return {
      command,
      flags: [...(this.towards === undefined ? [] : ['--back-to', this.towards]), ...(this.upgrades ? ['--upgrade'] : [])],
      variables: variablesAgain(now, this.context),
      ...(now.typed === undefined ? {} : { file: shownFile(this.context, now.file) }),
    }
  }

  /** What a plan cannot know of how it was asked for. */
  protected told(deployer: Deployer, plan: Plan, command: NonNullable<Told['command']>): Attempt<Told> {
    return attempt(async () => {
      const none: Consent = { acceptLoss: [], acceptDeletes: false, purpose: command === 'destroy' ? 'destroy' : 'apply' }
      return {
        ...this.asked(deployer, command),
        ...(this.towards === undefined ? {} : { towards: towardsOf(deployer, this.towards, this.context) }),
        refusals: await need(deployer.refusals(plan, none)),
        stays: [...committed(deployer, this.context), 'history and secrets in .deployer'],
      }
    })
  }
}

const towardsOf = ({ now, opened }: Deployer, run: string, context: Context): NonNullable<Told['towards']> => ({
  run,
  file: shownFile(context, now.file),
  differs: !isDeepStrictEqual(specOf(now), specOf(opened)),
})

export const DRIFT = 'Show all that was changed outside, also where nothing is to be done about it.'
export const BACK_TO = 'Towards the environment as it was specified in this RUN.'
export const UPGRADE = 'Look again for newer images of the same tags.'

/** What belongs together in a repository: the environment file and, where there is one, its lock file. */
export const committed = ({ now: { file } }: Deployer, context: Context): ReadonlyArray<string> =>
  [file, ...[lockFileOf(file)].filter(lock => existsSync(lock))].map(one => shownFile(context, one))

const runNumber = (text: string, words: string): Either<ReturnType<typeof usage>, number> =>
  /^[1-9]\d{0,8}$/.test(text)
    ? E.right(Number(text))
    : fail(usage(`${text} is no number of a run: deployer history lists them`, `deployer ${words} --back-to RUN`))
