import { Command, Option } from 'clipanion'
import { type Examination, isWell } from '../../engine/run/examine.js'
import { endpointsOf } from '../../resources/endpoints.js'
import { type Attempt, attempt, E, fail, need } from '../../specs/fp.js'
import type { Json } from '../../specs/json.js'
import type { Run } from '../../state/index.js'
import type { Deployer } from '../deployer.js'
import { ExaminingCommand } from '../examining-command.js'
import { listen } from '../interrupt.js'
import { renderStatus } from '../render/examination.js'
import { agoWord } from '../render/words.js'
import { usage } from '../usage.js'

/** Seen a moment ago; `last` is the run that changed something last. */
interface Now {
  readonly examination: Examination
  readonly last?: Run
  /** URLs for BitTorrent clients. */
  readonly clients: ReadonlyArray<string>
}

const PAUSE_MS = 5_000

export class StatusCommand extends ExaminingCommand {
  static override paths = [['status']]
  static override usage = Command.Usage({
    category: 'Environment',
    description: 'show what is wanted, what is there and whether it works',
    details:
      'Looks and tries, and changes nothing. States: ok, drift (differs from the file), failing (there, and does not work), down (not there or stopped), unknown (could not be asked). Exits with 1 if anything is failing, down or unknown.',
    examples: [
      ['The environment in this folder', '$0 status'],
      ['Go on watching, until Ctrl-C', '$0 status --watch'],
      ['For monitoring', '$0 status --json | jq -r \'.result.resources[] | .addr + " " + .state\''],
    ],
  })

  watch = Option.Boolean('-w,--watch', false, { description: 'Look again every 5 s and draw anew, until Ctrl-C.' })
  override execute(): Promise<number> {
    return this.finish(
      attempt(async () => {
        if (this.watch && this.json)
          await need(fail(usage('--json is one object, and --watch has no end', 'deployer status [--watch] [FILE]')))
        return need(this.opened(async deployer => (this.watch ? need(this.watching(deployer)) : need(this.once(deployer)))))
      }),
      {
        text: now => (this.watch ? '' : this.rendered(now)),
        json: ({ examination, last, clients }) => ({ ...examination, clients, ...(last && { last }) }) as unknown as Json,
        exit: ({ examination }) => (isWell(examination) ? 0 : 1),
      },
    )
  }

  private once(deployer: Deployer, stop?: AbortSignal): Attempt<Now> {
    return attempt(async () => {
      const examination = await this.whileSaying('Looking.', async () => need(await this.examined(deployer, 0, stop)()))
      const { wish, environment } = deployer.opened
      const runs = deployer.state.history(wish.environment)
      const last = E.isRight(runs) ? runs.right[0] : undefined
      const { host, simulated } = examination
      const clients = host === undefined || simulated ? [] : endpointsOf(environment, host).clients
      return { examination, clients, ...(last && { last }) }
    })
  }

  /** What is seen stays until the next look has ended. */
  private watching(deployer: Deployer): Attempt<Now> {
    return attempt(async () => {
      const { context } = this
      const { stop, release } = listen(context)
      try {
        for (;;) {
          const now = await need(this.once(deployer, stop))
          const clear = context.isTerminal.stdout ? '\u001b[H\u001b[2J' : ''
          this.answer(`${clear}${this.log.mask(this.rendered(now))}${clear === '' ? '\n' : ''}`)
          if (!stop.aborted) await context.sleep(PAUSE_MS, stop)
          if (stop.aborted) return now
        }
      } finally {
        release()
      }
    })
  }

  private rendered({ examination, last, clients }: Now): string {
    const changed =
      last === undefined
        ? {}
        : { last: `run ${last.run}, ${agoWord((this.context.now() - Date.parse(last.began)) / 1000)}, by ${last.user}@${last.host}` }
    return renderStatus(examination, this.look('stdout'), { ...changed, clients })
  }
}
