import { Command } from 'clipanion'
import { need } from '../../../specs/fp.js'
import type { Json } from '../../../specs/json.js'
import { shownFile } from '../../environment.js'
import { EnvironmentCommand } from '../../file-command.js'
import { countWord } from '../../render/words.js'

export class StateVerifyCommand extends EnvironmentCommand {
  static override paths = [['state', 'verify']]
  static override usage = Command.Usage({
    category: 'State',
    description: 'check that the state is sound',
    details: 'Reads all of it and of its backups. Changes nothing.',
    examples: [['The state beside the environment file', '$0 state verify']],
  })

  override execute(): Promise<number> {
    return this.finish(
      this.reading(async state => need(state.verify())),
      {
        text: ({ file, format, environments, resources, runs, secrets, backups }) => {
          const shown = shownFile(this.context, file)
          if (format === 0) return `There is no state yet at ${shown}.\n`
          const holds = [
            countWord(environments, 'environment'),
            countWord(resources, 'resource'),
            countWord(runs, 'run'),
            countWord(secrets, 'secret'),
          ].join(', ')
          const unsound = backups.filter(({ sound }) => !sound).map(one => `  damaged: ${shownFile(this.context, one.file)}\n`)
          return `${shown} is sound: ${holds}. ${countWord(backups.length - unsound.length, 'sound backup')}.\n${unsound.join('')}`
        },
        json: verified => verified as unknown as Json,
      },
    )
  }
}
