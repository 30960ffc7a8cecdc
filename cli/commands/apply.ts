import { resolve } from 'node:path'
import { Command, Option } from 'clipanion'
import { isPending, type Plan } from '../../engine/plan-value.js'
import { type Attempt, attempt, E, fail, need } from '../../specs/fp.js'
import { isYes, type Question } from '../ask.js'
import type { Deployer } from '../deployer.js'
import { readText } from '../environment.js'
import { expected, isShort, type SavedPlan, savedPlan } from '../expect.js'
import type { Wanted } from '../look.js'
import { moved } from '../moved.js'
import type { Known } from '../pins.js'
import { BACK_TO, DRIFT, UPGRADE } from '../planning-command.js'
import { type Ran, RunningCommand } from '../running-command.js'
import { twoFiles, usage } from '../usage.js'

export class ApplyCommand extends RunningCommand {
  static override paths = [['apply']]
  static override usage = Command.Usage({
    category: 'Environment',
    description: 'make the world match the file, once its plan is agreed to',
    details: `Shows the plan that plan shows, asks, and has it done; afterwards the host is looked at again. It can be interrupted at any point and run again.

--expect and PLANFILE agree to exactly the plan that was reviewed, so nothing more is asked: if it moved meanwhile, nothing is changed.`,
    examples: [
      ['The environment in this folder', '$0 apply'],
      ['Exactly what was reviewed', '$0 apply --expect c41f7a02b8e64d10'],
      ['The same, from a plan that was saved', '$0 apply plan.json'],
      ['In a pipeline', '$0 apply prod.yaml --yes --json'],
      ['Although the data of the machine is lost', '$0 apply --accept-loss vm.main'],
      ['Back to what run 12 wanted', '$0 apply --back-to 12'],
      ['With newer images, where there are any', '$0 apply --upgrade'],
    ],
  })

  expect = Option.String('--expect', { description: 'Only if the plan has this FINGERPRINT: 16 digits or more.' })
  acceptDeletes = Option.Boolean('--accept-deletes', false, { description: 'Also when most of what is managed would be deleted.' })
  drift = Option.Boolean('--drift', false, { description: DRIFT })
  backTo = Option.String('--back-to', { description: BACK_TO })
  upgrade = Option.Boolean('--upgrade', false, { description: UPGRADE })
  first = Option.String({ name: 'FILE', required: false })
  second = Option.String({ name: 'PLANFILE', required: false })

  private sorted: Promise<Sorted> | undefined

  protected override get typed(): Attempt<string | undefined> {
    return attempt(async () => {
      const { files } = await this.given()
      const [file = this.flag, other = this.flag] = files
      if (file !== undefined && other !== undefined && file !== other) await need(fail(twoFiles(this.words, file, other)))
      return file
    })
  }

  protected override get towards(): string | undefined {
    return this.backTo
  }

  protected override get upgrades(): boolean {
    return this.upgrade
  }

  protected override async pins(): Promise<Known> {
    const [saved] = (await this.given()).plans
    return { ...(await super.pins()), saved: saved?.pins }
  }

  protected override get wanted(): Wanted {
    return { ...super.wanted, drift: this.drift }
  }

  override execute(): Promise<number> {
    return this.finish(
      this.planning(deployer => this.apply(deployer)),
      this.shown,
    )
  }

  private async apply(deployer: Deployer): Promise<Ran> {
    const { plans } = await this.given()
    const [saved, another] = plans
    if (another !== undefined) await need(fail(usage('two saved plans: which one is meant?', 'deployer apply PLANFILE')))
    const acceptLoss = await need(this.losses)
    const expect = await need(this.expectation(saved, deployer))
    const isAgreed = this.yes || expect !== undefined
    return need(
      this.carryOut(deployer, 'apply', {
        command: this.backTo === undefined ? 'apply' : `apply --back-to ${this.backTo}`,
        question: isAgreed ? undefined : questionOf,
        consent: plan => {
          if (saved !== undefined && isPending(plan) && saved.fingerprint !== plan.fingerprint) need(fail(movedSince(saved, plan)))
          return { acceptLoss, acceptDeletes: this.acceptDeletes, purpose: 'apply', ...(expect === undefined ? {} : { expect }) }
        },
      }),
    )
  }

  private expectation(saved: SavedPlan | undefined, deployer: Deployer): Attempt<string | undefined> {
    return attempt(async () => {
      if (saved === undefined) {
        if (this.expect === undefined || !isShort(this.expect)) return this.expect === undefined ? undefined : need(expected(this.expect))
        const looked = await deployer.plan('apply')()
        return need(expected(this.expect, E.isRight(looked) ? looked.right.plan.fingerprint : undefined))
      }
      if (this.expect !== undefined)
        await need(fail(usage('a saved plan and --expect say the same: give one of them', 'deployer apply PLANFILE')))
      const { environment } = deployer.opened.wish
      if (saved.environment !== environment)
        await need(
          fail(
            usage(`the saved plan is of ${saved.environment}, and the file describes ${environment}`, 'deployer apply PLANFILE -f FILE'),
          ),
        )
      return saved.fingerprint
    })
  }

  private given(): Promise<Sorted> {
    this.sorted ??= sort(
      [this.first, this.second].flatMap(word => word ?? []),
      this.context.cwd,
    )
    return this.sorted
  }
}

interface Sorted {
  readonly files: ReadonlyArray<string>
  readonly plans: ReadonlyArray<SavedPlan>
}

const LARGEST_PLAN = 256 * 1024 * 1024

/** Which of the files are saved plans is seen in them; what can't be read is left to whoever reads environments. */
const sort = async (words: ReadonlyArray<string>, cwd: string): Promise<Sorted> => {
  const plans = await Promise.all(words.map(word => planAt(resolve(cwd, word))))
  return { files: words.filter((_, index) => plans[index] === undefined), plans: plans.flatMap(plan => plan ?? []) }
}

const planAt = async (file: string): Promise<SavedPlan | undefined> => {
  if (/\.(ya?ml|toml)$/.test(file)) return undefined
  const text = await readText(file, LARGEST_PLAN)()
  return E.isRight(text) ? savedPlan(text.right) : undefined
}

const movedSince = (saved: SavedPlan, plan: Plan) =>
  ({
    code: 'PLAN_MOVED',
    expected: saved.fingerprint.slice(0, 8),
    found: plan.fingerprint.slice(0, 8),
    moved: moved(saved, plan),
  }) as const

const questionOf = (plan: Plan): Question => {
  const changes = plan.tasks.length === 1 ? 'this change' : `these ${plan.tasks.length} changes`
  const says = plan.tasks.length === 0 ? `Forget what is gone from ${plan.environment}?` : `Make ${changes} to ${plan.environment}?`
  return { says: `${says} [y/N]`, flag: '--yes', accepts: isYes }
}
