import { Command } from 'clipanion'
import { need } from '../../../specs/fp.js'
import { shownFile } from '../../environment.js'
import { EnvironmentCommand } from '../../file-command.js'

export class StateBackupCommand extends EnvironmentCommand {
  static override paths = [['state', 'backup']]
  static override usage = Command.Usage({
    category: 'State',
    description: 'write a copy of the state',
    details: 'Whole also while a run goes on. The last ten backups are kept; one is made before each run anyway.',
    examples: [['Where the copy is', '$0 state backup']],
  })

  override execute(): Promise<number> {
    return this.finish(
      this.writing(async store => ({ backup: shownFile(this.context, need(store.backup())) })),
      { text: ({ backup }) => `${backup}\n` },
    )
  }
}
