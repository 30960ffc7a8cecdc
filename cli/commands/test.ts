import { Command } from 'clipanion'
import { type Examination, isWell } from '../../engine/run/examine.js'
import type { Fault } from '../../specs/fault.js'
import { attempt, need } from '../../specs/fp.js'
import type { Json } from '../../specs/json.js'
import { ExaminingCommand } from '../examining-command.js'
import { renderTest } from '../render/examination.js'

/** What has just been started by somebody else may need a moment. */
const PATIENCE_MS = 3_000

export class TestCommand extends ExaminingCommand {
  static override paths = [['test']]
  static override usage = Command.Usage({
    category: 'Environment',
    description: 'try everything as its users do, without changing anything',
    details:
      'Looks, and then asks all checks of all that is as the file says, or was before somebody changed it on the host: peers announce themselves, pages are opened with the right token and a wrong one, ports that are to be closed are tried from this computer. Asks all, then sums up. Exits with 1 if anything fails or is not there.',
    examples: [
      ['The environment in this folder', '$0 test'],
      ['What failed, for a program', '$0 test --json | jq \'.result.resources[].checks[] | select(.result == "failed")\''],
    ],
  })

  override execute(): Promise<number> {
    return this.finish(
      attempt(async () =>
        need(
          this.opened(async deployer =>
            this.whileSaying('Looking, and trying all that is there.', async () => need(await this.examined(deployer, PATIENCE_MS)())),
          ),
        ),
      ),
      {
        text: renderTest,
        json: examination => examination as unknown as Json,
        fault: failureOf,
        tells: () => true,
      },
    )
  }
}

const failureOf = (examination: Examination): Fault | undefined => {
  const { environment, resources, fault } = examination
  if (fault !== undefined) return fault
  if (isWell(examination)) return undefined
  const failed = resources.flatMap(({ addr, state, detail, checks }) => {
    const wrong = checks.filter(({ result }) => result === 'failed')
    if (wrong.length > 0) return wrong.map(({ says, why = '' }) => `${addr} ${says}: ${why}`)
    return state === 'down' || state === 'unknown' ? [`${addr} ${detail}`] : []
  })
  return { code: 'TEST_FAILED', environment, failed }
}
