import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Command, Option } from 'clipanion'
import type { Plan } from '../../engine/plan-value.js'
import { type Attempt, attempt, fail, need } from '../../specs/fp.js'
import type { Json } from '../../specs/json.js'
import { maskedJson } from '../envelope.js'
import { exitOfPlan } from '../exit.js'
import type { Wanted } from '../look.js'
import { BACK_TO, DRIFT, PlanningCommand, UPGRADE } from '../planning-command.js'
import { renderPlan } from '../render/plan.js'
import { unwritable } from '../unwritable.js'

export class PlanCommand extends PlanningCommand {
  static override paths = [['plan']]
  static override usage = Command.Usage({
    category: 'Environment',
    description: 'show what apply would change, without changing anything',
    details:
      'Looks at the host and changes nothing, here or there. What it shows is what apply would do: --expect with the fingerprint insists on it. A plan that apply would refuse whatever the flags ends with the exit code of that refusal.',
    examples: [
      ['The environment in this folder', '$0 plan'],
      ['Another file, with every step', '$0 plan prod.yaml --steps'],
      ['In a pipeline: 0 nothing to do, 1 error, 2 changes', '$0 plan --detailed-exitcode --out plan.json'],
      ['What going back to run 12 would mean', '$0 plan --back-to 12'],
      ['With newer images, where there are any', '$0 plan --upgrade'],
    ],
  })

  out = Option.String('--out', { description: 'Write the plan to this FILE as JSON, for apply to insist on.' })
  detailedExitCode = Option.Boolean('--detailed-exitcode', false, { description: 'Exit with 2 when there is anything to change.' })
  drift = Option.Boolean('--drift', false, { description: DRIFT })
  backTo = Option.String('--back-to', { description: BACK_TO })
  upgrade = Option.Boolean('--upgrade', false, { description: UPGRADE })
  positional = Option.String({ name: 'FILE', required: false })

  protected override get named(): string | undefined {
    return this.positional
  }

  protected override get towards(): string | undefined {
    return this.backTo
  }

  protected override get upgrades(): boolean {
    return this.upgrade
  }

  protected override get wanted(): Wanted {
    return { ...super.wanted, drift: this.drift }
  }

  override execute(): Promise<number> {
    return this.finish(
      this.planning(async deployer => {
        const underWay = deployer.underWay()
        const { plan } = await need(deployer.plan('apply'))
        if (this.out !== undefined) await need(this.save(plan, this.out))
        const told = { ...(await need(this.told(deployer, plan, 'plan'))), ...(underWay && { underWay }) }
        return { plan, told: this.out === undefined ? told : { ...told, saved: this.out } }
      }),
      {
        text: ({ plan, told }, look) => renderPlan(plan, look, told),
        json: ({ plan }) => plan as unknown as Json,
        exit: ({ plan }) => exitOfPlan(plan, this.detailedExitCode),
      },
    )
  }

  private save(plan: Plan, file: string): Attempt<void> {
    return attempt(async () => {
      try {
        await writeFile(resolve(this.context.cwd, file), `${maskedJson(plan as unknown as Json, this.log.mask, 2)}\n`)
      } catch (cause) {
        await need(fail(unwritable(file, cause as NodeJS.ErrnoException)))
      }
      this.note(`Wrote the plan to ${file}.\n`)
    })
  }
}
