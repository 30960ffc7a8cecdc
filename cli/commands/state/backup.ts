import { Command } from 'clipanion'
import { attempt, need } from '../../../specs/fp.js'
import { writeState } from '../../deployer.js'
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
      attempt(async () => {
        const { folder } = await need(this.beside())
        const store = need(writeState(this.context, folder))
        try {
          return { backup: shownFile(this.context, need(store.backup())) }
        } finally {
          store.close()
        }
      }),
      { text: ({ backup }) => `${backup}\n` },
    )
  }
}
