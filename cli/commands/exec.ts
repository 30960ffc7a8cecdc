import { Command, Option } from 'clipanion'
import { type Attempt, attempt, fail, need } from '../../specs/fp.js'
import { GuestCommand } from '../host-command.js'
import { usage } from '../usage.js'

interface Executed {
  readonly argv: ReadonlyArray<string>
  readonly code: number
  /** Only for JSON; otherwise it went by as it came. */
  readonly stdout?: string
  readonly stderr?: string
}

/** Linux takes no longer word, and what travels is written with four letters for three. */
const LONGEST = 90 * 1024

export class ExecCommand extends GuestCommand {
  static override paths = [['exec']]
  static override usage = Command.Usage({
    category: 'Host',
    description: "run a command on the environment's machine",
    details:
      'CMD runs as the login user, and not through a shell: each word arrives as it is. Standard input goes to it, its exit code comes back; 125 means that it could not be run or that the connection was lost. It gets a terminal where stdin and stdout are one.',
    examples: [
      ['See what listens', '$0 exec --sudo -- ss -lntup'],
      ['Put a file there', '$0 exec -- tee notes.txt < notes.txt'],
      ['With a shell', "$0 exec -- sh -c 'uptime; df -h /'"],
    ],
  })

  sudo = Option.Boolean('--sudo', false, { description: 'As root.' })
  argv = Option.Rest({ name: 'CMD' })

  override execute(): Promise<number> {
    return this.finish(this.executed(), {
      text: () => '',
      json: ({ argv, code, stdout = '', stderr = '' }) => ({ argv: [...argv], code, stdout, stderr }),
      exit: ({ code }) => code,
    })
  }

  private executed(): Attempt<Executed> {
    return attempt(async () => {
      const { argv, sudo: root } = this
      if (argv.length === 0) await need(fail(usage('exec wants a command', LINE)))
      if (argv.reduce((sum, word) => sum + Buffer.byteLength(word), 0) > LONGEST)
        await need(fail(usage(`the command is longer than ${LONGEST} bytes: hand it over standard input`, LINE)))
      return need(
        this.atHost(async guest => {
          if (!this.json) return { argv, code: await need(this.run(guest, argv, { root })) }
          const said: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] }
          const take = { stdout: (bytes: Buffer) => said.stdout.push(bytes), stderr: (bytes: Buffer) => said.stderr.push(bytes) }
          const code = await need(this.run(guest, argv, { root, take }))
          return { argv, code, stdout: textOf(said.stdout), stderr: textOf(said.stderr) }
        }),
      )
    })
  }
}

const textOf = (pieces: ReadonlyArray<Buffer>): string => Buffer.concat(pieces).toString('utf8')

const LINE = 'deployer exec [OPTIONS] -- CMD ...'
