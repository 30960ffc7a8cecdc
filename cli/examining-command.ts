import { type Examination, examine, unseen } from '../engine/run/examine.js'
import type { Fault } from '../specs/fault.js'
import { type Attempt, attempt, E, need } from '../specs/fp.js'
import type { Deployer } from './deployer.js'
import { EnvironmentCommand } from './file-command.js'
import { elapsedWord } from './render/words.js'

/** What `test` and `status` have in common: they look and try, and change nothing. */
export abstract class ExaminingCommand extends EnvironmentCommand {
  /** `patience`: for how many milliseconds what fails is asked again. */
  protected examined(deployer: Deployer, patience: number, stop = new AbortController().signal): Attempt<Examination> {
    const { opened } = deployer
    return attempt(async () => {
      const looked = await deployer.look(planned => examine(planned, { clock: this.context, stop, patience }))()
      if (E.isRight(looked)) return looked.right
      if (!isAway(looked.left)) return need(looked)
      const { environment, provider, resources } = opened.wish
      const head = { environment, provider, simulated: false, fault: looked.left }
      return unseen(
        resources.map(({ addr }) => addr),
        head,
      )
    })
  }

  /** On a terminal a line says that something goes on; it goes when that has ended. */
  protected async whileSaying<A>(says: string, body: () => Promise<A>): Promise<A> {
    const { context } = this
    if (this.json || this.quiet || !context.isTerminal.stderr) return body()
    const began = context.now()
    const draw = (): void => void context.stderr.write(`\r\u001b[K${says} ${elapsedWord((context.now() - began) / 1000)}`)
    const stop = context.every(1000, draw)
    try {
      return await body()
    } finally {
      stop()
      context.stderr.write('\r\u001b[K')
    }
  }
}

/** Nobody answered, or nobody let us in: all that is there is unknown. */
const isAway = ({ code }: Fault): boolean => /^(HOST_|LOGIN_|SUDO_|CONNECTION_|UNREACHABLE|LOOK_FAILED|PROVIDER_FAILED)/.test(code)
