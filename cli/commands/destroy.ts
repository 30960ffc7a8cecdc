import { Command, Option } from 'clipanion'
import type { Consent } from '../../engine/plan/guards.js'
import type { Plan } from '../../engine/plan-value.js'
import { need } from '../../specs/fp.js'
import { allLosses, type Deployer } from '../deployer.js'
import { type Ran, RunningCommand } from '../running-command.js'

export class DestroyCommand extends RunningCommand {
  static override paths = [['destroy']]
  static override usage = Command.Usage({
    category: 'Environment',
    description: 'take the environment down, after its name was typed',
    details: 'Shows what dies and asks for the name. What deployer did not make stays, and what it changed is put back.',
    examples: [
      ['The environment in this folder', '$0 destroy'],
      ['In a pipeline, with the data of the machine', '$0 destroy --yes --accept-loss vm.main'],
    ],
  })

  positional = Option.String({ name: 'FILE', required: false })

  protected override get named(): string | undefined {
    return this.positional
  }

  override execute(): Promise<number> {
    return this.finish(
      this.planning(deployer => this.destroy(deployer)),
      this.shown,
    )
  }

  private async destroy(deployer: Deployer): Promise<Ran> {
    const acceptLoss = await need(this.losses)
    /** Whoever types the name has just read what is lost. */
    const consent = (plan: Plan): Consent => ({
      acceptLoss: this.yes ? acceptLoss : allLosses(plan),
      acceptDeletes: true,
      purpose: 'destroy',
    })
    const question = ({ environment }: Plan) => ({
      says: 'Type the name of the environment to destroy it:',
      flag: '--yes, and --accept-loss where data is lost',
      accepts: (answer: string) => answer === environment,
      otherwise: (answer: string) => `nothing was destroyed: ${answer === '' ? 'no name was typed' : `${answer} is not the name`}`,
    })
    return need(this.carryOut(deployer, 'destroy', { command: 'destroy', question: this.yes ? undefined : question, consent }))
  }
}
