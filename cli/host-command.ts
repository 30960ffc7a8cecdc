import type { Fault } from '../specs/fault.js'
import { type Attempt, attempt, fail, need } from '../specs/fp.js'
import { atHost, type Guest } from './at-host.js'
import type { Take } from './context.js'
import { FileCommand } from './file-command.js'

/** As `env`, `timeout` and `docker run` have it. */
const OURS = 125
const SSH = 255

/** A command about what is on the machine, done there. */
export abstract class HostCommand extends FileCommand {
  protected atHost<A>(body: (guest: Guest) => Promise<A>): Attempt<A> {
    return attempt(async () =>
      need(atHost(this.context, { log: this.log, typed: await need(this.typed), words: this.words, warn: this.warn }, body)),
    )
  }

  /** Over the open connection, so that a 255 of the command's own can be told from ssh's. */
  protected run(
    { shell, machine }: Guest,
    argv: ReadonlyArray<string>,
    { root, take }: { readonly root: boolean; readonly take?: Take },
  ): Attempt<number> {
    return attempt(async () => {
      const { stdin, stdout } = this.context.isTerminal
      const terminal = stdin && stdout && take === undefined
      await need(shell.run(':', root ? 'root' : 'login'))
      const words = shell.command(argv, { root, terminal })
      const ended = (await this.context.attach(words, take)) ?? need(fail({ code: 'SSH_MISSING', why: 'there is no ssh' }))
      if (ended === SSH && !(await shell.isOpen())) need(fail({ code: 'COMMAND_LOST', host: machine.name, command: argv[0] ?? '' }))
      return ended
    })
  }
}

/** Its exit code is that of what ran on the host, so what kept it from running has one of its own. */
export abstract class GuestCommand extends HostCommand {
  override async fail(fault: Fault): Promise<number> {
    await super.fail(fault)
    return OURS
  }
}
