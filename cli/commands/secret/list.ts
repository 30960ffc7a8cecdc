import { Command } from 'clipanion'
import { need } from '../../../specs/fp.js'
import type { Json } from '../../../specs/json.js'
import { EnvironmentCommand } from '../../file-command.js'
import { renderTable } from '../../render/table.js'
import { refsOf, stateOfSecret } from '../../secrets.js'

export class SecretListCommand extends EnvironmentCommand {
  static override paths = [['secret', 'list']]
  static override usage = Command.Usage({
    category: 'Secrets',
    description: 'list secrets and where they come from, never their values',
    details: 'Commands that print a secret are not run.',
    examples: [['The secrets of the environment in this folder', '$0 secret list']],
  })

  override execute(): Promise<number> {
    return this.finish(
      this.opened(async ({ opened, state }) => {
        const refs = [...refsOf(opened).values()]
        return Promise.all(refs.map(ref => need(stateOfSecret(ref, this.context, state.secrets, opened))))
      }),
      {
        text: (secrets, look) =>
          secrets.length === 0
            ? 'The environment has no secret.\n'
            : renderTable(
                ['secret', 'from', ''],
                secrets.map(({ name, from, says }) => [name, from, says]),
                look,
              ),
        json: secrets => ({ secrets }) as unknown as Json,
      },
    )
  }
}
