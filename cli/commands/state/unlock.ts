import { Command } from 'clipanion'
import { need } from '../../../specs/fp.js'
import type { Json } from '../../../specs/json.js'
import type { Owner } from '../../../state/index.js'
import { ChangingCommand } from '../../changing-command.js'

export class StateUnlockCommand extends ChangingCommand {
  static override paths = [['state', 'unlock']]
  static override usage = Command.Usage({
    category: 'State',
    description: 'take away a lock whose process is gone',
    details:
      'Locks of processes of this machine that are gone are taken over by themselves; this is for those of another machine. A run that still goes on ends at its next write.',
    examples: [['After the machine that ran apply was lost', '$0 state unlock']],
  })

  override execute(): Promise<number> {
    return this.finish(
      this.writing(async (store, { environment }) => {
        const held = need(store.environments()).find(({ name }) => name === environment)?.lock
        if (held !== undefined) await need(this.agree(`${environment} is locked by ${ownerWord(held)}. Take the lock away?`))
        return { environment, owner: need(store.unlock(environment)) }
      }),
      {
        text: ({ environment, owner }) =>
          owner === undefined ? `${environment} is not locked.\n` : `${environment} is no longer locked by ${ownerWord(owner)}.\n`,
        json: value => value as unknown as Json,
      },
    )
  }
}

const LIFE: { readonly [L in Owner['life']]: string } = {
  alive: 'which is running',
  gone: 'which is gone',
  elsewhere: 'which cannot be seen from here',
}

const ownerWord = ({ user, host, pid, command, life }: Owner): string => `${user}@${host}, ${command}, process ${pid}, ${LIFE[life]}`
