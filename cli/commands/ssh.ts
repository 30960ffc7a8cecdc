import { Command, Option } from 'clipanion'
import { type Attempt, attempt, fail, need } from '../../specs/fp.js'
import type { Json } from '../../specs/json.js'
import { GuestCommand } from '../host-command.js'

interface Session {
  readonly machine: string
  readonly user: string
  readonly argv: ReadonlyArray<string>
  readonly code: number
}

export class SshCommand extends GuestCommand {
  static override paths = [['ssh']]
  static override usage = Command.Usage({
    category: 'Host',
    description: "log in to the environment's machine",
    details:
      'With the user, the key, the port and the host key that apply trusts. WORDS are for ssh itself. The exit code is that of the session; 125 means that there was none. With --json nobody logs in: the command line is shown.',
    examples: [
      ['Log in', '$0 ssh'],
      ["The tracker's API on this computer, until Ctrl-C", '$0 ssh -- -N -L 1212:127.0.0.1:1212'],
    ],
  })

  extra = Option.Rest({ name: 'WORDS' })

  override execute(): Promise<number> {
    return this.finish(this.session(), {
      text: () => '',
      json: ({ machine, user, argv }) => ({ machine, user, argv }) as unknown as Json,
      exit: ({ code }) => code,
    })
  }

  private session(): Attempt<Session> {
    return attempt(async () =>
      need(
        this.atHost(async ({ shell, machine }) => {
          await need(shell.run(':', 'login'))
          const { json, extra, context } = this
          const argv = shell.session(json || context.isTerminal.stdin ? extra : ['-T', ...extra])
          const code = json ? 0 : await context.attach(argv)
          if (code === undefined) return need(fail({ code: 'SSH_MISSING', why: 'there is no ssh' }))
          return { machine: machine.name, user: machine.login.user, argv, code }
        }),
      ),
    )
  }
}
