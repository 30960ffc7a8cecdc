import { Option } from 'clipanion'
import { type Attempt, attempt, need } from '../specs/fp.js'
import type { Store } from '../state/index.js'
import { ask, isYes } from './ask.js'
import { writeState } from './deployer.js'
import { type Beside, FileCommand } from './file-command.js'

/** A command that changes the state and nothing else. */
export abstract class ChangingCommand extends FileCommand {
  yes = Option.Boolean('-y,--yes', false, { description: 'Answer the question with yes.' })

  protected writing<A>(body: (store: Store, beside: Beside) => Promise<A>): Attempt<A> {
    return attempt(async () => {
      const beside = await need(this.beside())
      const store = need(writeState(this.context, beside.folder))
      this.log.keepIn(beside.folder)
      this.log.write(`${this.words} of ${beside.environment}`)
      try {
        return await body(store, beside)
      } finally {
        store.close()
      }
    })
  }

  protected agree(question: string): Attempt<void> {
    if (this.yes) return attempt(async () => {})
    const asking = this.json ? { ...this.context, isTerminal: { stdin: false, stdout: false, stderr: false } } : this.context
    return ask(asking, { says: `${question} [y/N]`, flag: '--yes', accepts: isYes }, new AbortController().signal)
  }
}
