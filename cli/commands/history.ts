import { Command, Option } from 'clipanion'
import type { Fault } from '../../specs/fault.js'
import { E, type Either, fail, need } from '../../specs/fp.js'
import type { Json } from '../../specs/json.js'
import type { Entry, Run } from '../../state/index.js'
import { EnvironmentCommand } from '../file-command.js'
import { renderTable } from '../render/table.js'
import { agoWord, tookWord } from '../render/words.js'
import { usage } from '../usage.js'

export class HistoryCommand extends EnvironmentCommand {
  static override paths = [['history']]
  static override usage = Command.Usage({
    category: 'Environment',
    description: 'list the runs of the environment',
    details: 'Newest first. deployer plan --back-to RUN shows what going back to one would mean.',
    examples: [
      ['All runs', '$0 history'],
      ['What run 12 did', '$0 history --run 12'],
    ],
  })

  run = Option.String('--run', { description: 'What this RUN did, task by task.' })

  override execute(): Promise<number> {
    return this.run === undefined ? this.runs() : this.entries(this.run)
  }

  private runs(): Promise<number> {
    const now = this.context.now()
    return this.finish(
      this.reading(async (state, { environment }) => need(noneYet(state.history(environment)))),
      {
        text: (runs, look) =>
          runs.length === 0
            ? 'No run yet.\n'
            : renderTable(
                RUN,
                runs.map(run => runRow(run, now)),
                look,
              ),
        json: runs => ({ runs }) as unknown as Json,
      },
    )
  }

  private entries(asked: string): Promise<number> {
    return this.finish(
      this.reading(async (state, { environment }) => {
        if (!/^[1-9]\d{0,8}$/.test(asked)) need(fail(usage(`${asked} is no number of a run`, 'deployer history --run RUN')))
        return need(state.entries(environment, Number(asked)))
      }),
      {
        text: (entries, look) => (entries.length === 0 ? 'It began no task.\n' : renderTable(ENTRY, entries.map(entryRow), look)),
        json: entries => ({ run: Number(asked), entries }) as unknown as Json,
      },
    )
  }
}

const noneYet = (runs: Either<Fault, ReadonlyArray<Run>>): Either<Fault, ReadonlyArray<Run>> =>
  E.isLeft(runs) && runs.left.code === 'ENVIRONMENT_UNKNOWN' ? E.right([]) : runs

const RUN = ['run', 'command', 'outcome', 'done', 'failed', 'skipped', 'took', 'when', 'by']
const runRow = (
  { run, command, outcome, done, failed, skipped, seconds, tasks, began, user, host }: Run,
  now: number,
): ReadonlyArray<string> => [
  String(run),
  command,
  outcome,
  done === tasks ? `${done}` : `${done} of ${tasks}`,
  `${failed}`,
  `${skipped}`,
  seconds === undefined ? '' : tookWord(seconds),
  agoWord((now - Date.parse(began)) / 1000),
  `${user}@${host}`,
]

const ENTRY = ['resource', 'action', 'outcome', 'took', '']
const entryRow = ({ addr, action, outcome, seconds, fault }: Entry): ReadonlyArray<string> => [
  addr,
  action,
  outcome ?? 'unknown',
  seconds === undefined ? '' : tookWord(seconds),
  codeOf(fault),
]

const codeOf = (fault: Json | undefined): string => {
  if (typeof fault !== 'object' || fault === null || Array.isArray(fault)) return ''
  const { code } = fault as { readonly code?: Json }
  return typeof code === 'string' ? code : ''
}
