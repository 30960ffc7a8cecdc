import { Command } from 'clipanion'
import { need } from '../../../specs/fp.js'
import type { Json } from '../../../specs/json.js'
import { EnvironmentCommand } from '../../file-command.js'
import { renderTable } from '../../render/table.js'

export class StateListCommand extends EnvironmentCommand {
  static override paths = [['state', 'list']]
  static override usage = Command.Usage({
    category: 'State',
    description: 'list the resources that the state remembers',
    examples: [['Of the environment in this folder', '$0 state list']],
  })

  override execute(): Promise<number> {
    return this.finish(
      this.reading(async (state, { environment }) => {
        const { resources } = need(state.memory(environment))
        return resources.map(({ addr, kind, protect, run }) => ({ addr, kind, protect, run }))
      }),
      {
        text: (resources, look) =>
          resources.length === 0
            ? 'The state remembers no resource of it.\n'
            : renderTable(
                ['resource', 'run', ''],
                resources.map(({ addr, run, protect }) => [addr, String(run), protect ? 'protected' : '']),
                look,
              ),
        json: resources => ({ resources }) as unknown as Json,
      },
    )
  }
}
