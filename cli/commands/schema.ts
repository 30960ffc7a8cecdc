import { Command } from 'clipanion'
import { environmentSchema } from '../../resources/schema.js'
import { attempt } from '../../specs/fp.js'
import type { Json } from '../../specs/json.js'
import { BaseCommand } from '../command.js'

export class SchemaCommand extends BaseCommand {
  static override paths = [['schema']]
  static override usage = Command.Usage({
    category: 'Reference',
    description: 'print the JSON Schema of the environment file',
    details: 'Draft 2020-12. Editors complete and check environment files with it.',
    examples: [['For an editor', '$0 schema > environment.schema.json']],
  })

  override execute(): Promise<number> {
    return this.finish(
      attempt(async () => environmentSchema() as Json),
      { text: value => `${JSON.stringify(value, undefined, 2)}\n` },
    )
  }
}
