import { Option } from 'clipanion'
import { type Attempt, attempt } from '../specs/fp.js'
import { ask, isYes } from './ask.js'
import { FileCommand } from './file-command.js'

/** A command that changes the state and nothing else, after a question. */
export abstract class ChangingCommand extends FileCommand {
  yes = Option.Boolean('-y,--yes', false, { description: 'Answer the question with yes.' })

  protected agree(question: string): Attempt<void> {
    if (this.yes) return attempt(async () => {})
    return ask(this.asking, { says: `${question} [y/N]`, flag: '--yes', accepts: isYes }, new AbortController().signal)
  }
}
