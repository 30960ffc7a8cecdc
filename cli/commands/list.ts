import { Command } from 'clipanion'
import { type Attempt, attempt, E, need } from '../../specs/fp.js'
import type { Json } from '../../specs/json.js'
import { findFile } from '../../specs/load/index.js'
import type { Environment } from '../../state/index.js'
import { BaseCommand } from '../command.js'
import { shownFile, stateFolderOf } from '../environment.js'
import { renderTable } from '../render/table.js'
import { agoWord } from '../render/words.js'
import { readState } from '../state.js'

export class ListCommand extends BaseCommand {
  static override paths = [['list']]
  static override usage = Command.Usage({
    category: 'Environment',
    description: 'list the environments of this folder',
    details: 'Those that the state here knows: an environment is known from its first apply on.',
    examples: [['Everything that was applied from here', '$0 list']],
  })

  override execute(): Promise<number> {
    const since = this.context.now()
    return this.finish(this.environments(), {
      text: (environments, look) =>
        environments.length === 0
          ? 'Nothing has been applied from here yet.\n'
          : renderTable(
              ['environment', 'provider', 'resources', 'file', 'last run'],
              environments.map(one => [
                one.name,
                one.provider,
                String(one.resources),
                shownFile(this.context, one.file),
                lastOf(one, since),
              ]),
              look,
            ),
      json: environments => ({ environments }) as unknown as Json,
    })
  }

  private environments(): Attempt<ReadonlyArray<Environment>> {
    return attempt(async () => {
      const file = findFile(this.context.cwd)
      const folder = stateFolderOf(E.isRight(file) ? file.right : `${this.context.cwd}/environment.yaml`)
      const beside = E.isLeft(file) && file.left.code === 'FILE_AMBIGUOUS' ? `${file.left.folder}/.deployer` : folder
      const state = need(readState(this.context, beside))
      try {
        return need(state.environments())
      } finally {
        state.close()
      }
    })
  }
}

const lastOf = ({ lastRun, lock }: Environment, now: number): string => {
  if (lastRun === undefined) return 'none'
  const ago = agoWord((now - Date.parse(lastRun.began)) / 1000)
  const held = lock === undefined ? '' : lock.life === 'gone' ? ', its process is gone' : `, locked by ${lock.user}@${lock.host}`
  return `${lastRun.run} ${lastRun.command}, ${lastRun.outcome}, ${ago}${held}`
}
