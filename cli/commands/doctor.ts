import { Command } from 'clipanion'
import { attempt, need } from '../../specs/fp.js'
import type { Json } from '../../specs/json.js'
import { examine } from '../doctor/index.js'
import { EnvironmentCommand } from '../file-command.js'
import { countsOf, renderFindings } from '../render/findings.js'

export class DoctorCommand extends EnvironmentCommand {
  static override paths = [['doctor']]
  static override usage = Command.Usage({
    category: 'Host',
    description: 'say what is missing here and on the machine, and how to mend it',
    details:
      'Asks this computer, and with an environment file its state, its provider and its machine. Changes nothing and keeps nothing. Exits 1 if anything fails; a warning alone is no failure.',
    examples: [
      ['Before the first apply, and when something does not work', '$0 doctor'],
      ['Only what is wrong', '$0 doctor --json | jq \'.result.areas[].findings[] | select(.level != "ok")\''],
    ],
  })

  override execute(): Promise<number> {
    return this.finish(
      attempt(async () => need(examine(this.context, await need(this.typed)))),
      {
        text: renderFindings,
        json: areas => ({ areas, ...countsOf(areas) }) as unknown as Json,
        exit: areas => (countsOf(areas).fail > 0 ? 1 : 0),
      },
    )
  }
}
