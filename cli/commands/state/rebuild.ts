import { Command } from 'clipanion'
import { need } from '../../../specs/fp.js'
import type { Json } from '../../../specs/json.js'
import { EnvironmentCommand } from '../../file-command.js'
import { listen } from '../../interrupt.js'
import type { Rebuilt } from '../../rebuilt.js'
import { countWord } from '../../render/words.js'

export class StateRebuildCommand extends EnvironmentCommand {
  static override paths = [['state', 'rebuild']]
  static override usage = Command.Usage({
    category: 'State',
    description: 'make a lost state again from what hosts say',
    details:
      'Looks for what the file declares, by the labels of machines and the ledgers on hosts, and remembers what carries the mark of this environment. Reads generated secrets back from the files on hosts that only root reads, shows none of them and seals them in the state. Changes nothing but the state.',
    examples: [['After .deployer was lost', '$0 state rebuild']],
  })

  override execute(): Promise<number> {
    return this.finish(
      this.opened(async deployer => {
        const { stop, release } = listen(this.context)
        try {
          return await need(deployer.rebuild(stop))
        } finally {
          release()
        }
      }),
      { text: rendered, json: rebuilt => rebuilt as unknown as Json },
    )
  }
}

const rendered = ({ environment, remembered, others, absent, readBack, secrets }: Rebuilt): string =>
  [
    remembered.length === 0
      ? `Nothing of ${environment} was found.\n`
      : `${environment}: ${countWord(remembered.length, 'resource')} found and remembered: ${remembered.join(', ')}.\n`,
    absent.length === 0 ? '' : `Not found: ${absent.join(', ')}.\n`,
    others.length === 0 ? '' : `On the host, but not in the file: ${others.join(', ')}. The next apply would delete them.\n`,
    readBack.length === 0 ? '' : `Read back and sealed: the generated ${secretsWord(readBack)}.\n`,
    secrets.length === 0 ? '' : `Not read back: the generated ${secretsWord(secrets)}.${remembered.length === 0 ? '' : ANEW}\n`,
  ].join('')

const secretsWord = (names: ReadonlyArray<string>): string => `${names.length === 1 ? 'secret' : 'secrets'} ${names.join(', ')}`

/** While one is wanted that the state had once, none is made. */
const ANEW = ' To have new ones made, raise their version in the file: { generate: 32, version: 2 }.'
