import { Command, Option } from 'clipanion'
import { need } from '../../../specs/fp.js'
import { ChangingCommand } from '../../changing-command.js'
import { shownFile } from '../../environment.js'

const AGAIN = 'The next plan and apply find it again by its mark on the host.'

export class StateRmCommand extends ChangingCommand {
  static override paths = [['state', 'rm']]
  static override usage = Command.Usage({
    category: 'State',
    description: 'forget one resource; the world stays as it is',
    details: `It only forgets, after a backup. ${AGAIN}`,
    examples: [['What the state remembers wrongly', '$0 state rm vm.main']],
  })

  addr = Option.String({ name: 'ADDR' })

  override execute(): Promise<number> {
    return this.finish(
      this.writing(async (store, { environment }) => {
        need(store.show(environment, this.addr))
        await need(this.agree(`Forget ${this.addr} of ${environment}? Nothing on the host changes.`))
        return { environment, addr: this.addr, backup: shownFile(this.context, need(store.rm(environment, this.addr))) }
      }),
      { text: ({ environment, addr, backup }) => `${addr} of ${environment} is forgotten. ${AGAIN}\nThe state before: ${backup}\n` },
    )
  }
}
