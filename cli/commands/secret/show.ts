import { Command, Option } from 'clipanion'
import type { Fault } from '../../../specs/fault.js'
import { E, type Either, fail, need } from '../../../specs/fp.js'
import { FileCommand } from '../../file-command.js'
import { isLater, lookupOf, refsOf } from '../../secrets.js'

export class SecretShowCommand extends FileCommand {
  static override paths = [['secret', 'show']]
  static override usage = Command.Usage({
    category: 'Secrets',
    description: 'print one secret in clear',
    details: 'Alone on stdout, with a line end.',
    examples: [["The token of the tracker's API", '$0 secret show tracker.api.admin_token']],
  })

  name = Option.String({ name: 'NAME' })

  override execute(): Promise<number> {
    return this.finish(
      this.opened(async ({ opened, state }) => {
        const known = [...refsOf(opened).keys()]
        if (!known.includes(this.name)) need(fail({ code: 'SECRET_UNKNOWN', secret: this.name, known }))
        const { environment } = opened.wish
        const kept = (name: string, _length: number, version: number): Either<Fault, string> => {
          const sealed = state.secrets.peek({ environment, name, version })
          if (E.isLeft(sealed)) return sealed
          return sealed.right === undefined ? fail(notYet(name, isLater(opened, name))) : E.right(sealed.right)
        }
        return { name: this.name, value: await need(lookupOf(opened, this.context, kept)(this.name)) }
      }),
      { text: ({ value }) => `${value}\n` },
    )
  }
}

const notYet = (secret: string, isLater: boolean): Fault => ({
  code: 'SECRET_UNAVAILABLE',
  secret,
  from: 'the state',
  why: isLater
    ? 'this version does not act on its section, so it does not generate it yet'
    : 'the apply that first uses it generates it, and deployer state rebuild reads it back where it is in use',
})
