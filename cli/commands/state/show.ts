import { Command, Option } from 'clipanion'
import { need } from '../../../specs/fp.js'
import type { Json } from '../../../specs/json.js'
import { FileCommand } from '../../file-command.js'

export class StateShowCommand extends FileCommand {
  static override paths = [['state', 'show']]
  static override usage = Command.Usage({
    category: 'State',
    description: 'show what the state remembers of one resource',
    details: 'Identity and what was last applied; secrets are references.',
    examples: [['The machine', '$0 state show vm.main']],
  })

  addr = Option.String({ name: 'ADDR' })

  override execute(): Promise<number> {
    return this.finish(
      this.reading(async (state, { environment }) => need(state.show(environment, this.addr))),
      {
        text: async resource => (await import('yaml')).stringify(JSON.parse(JSON.stringify(resource))),
        json: resource => resource as unknown as Json,
      },
    )
  }
}
