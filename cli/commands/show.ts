import { Command } from 'clipanion'
import type { Memory, Remembered } from '../../engine/store.js'
import type { Environment } from '../../resources/environment.js'
import { E, need } from '../../specs/fp.js'
import type { Json } from '../../specs/json.js'
import type { StateReader } from '../../state/index.js'
import { endpointRows } from '../endpoint-rows.js'
import { reachableIn, shownFile } from '../environment.js'
import { EnvironmentCommand } from '../file-command.js'
import { renderTable } from '../render/table.js'
import { flow } from '../render/text.js'

interface Known {
  readonly environment: string
  readonly file: string
  readonly provider: string
  readonly simulated: boolean
  readonly address?: string
  readonly lastRun?: Memory['lastRun']
  readonly unfinished?: Memory['unfinished']
  readonly resources: ReadonlyArray<Pick<Remembered, 'addr' | 'kind' | 'protect' | 'run'>>
  /** As the firewall was last applied, whatever the file says since. */
  readonly reachable?: ReadonlyArray<string>
  /** Sections that this version cannot act on yet. */
  readonly unhandled: ReadonlyArray<string>
  /** What for, and the URL or the command that leads there. */
  readonly endpoints: ReadonlyArray<readonly [string, string]>
}

export class ShowCommand extends EnvironmentCommand {
  static override paths = [['show']]
  static override usage = Command.Usage({
    category: 'Environment',
    description: 'show what the state knows of the environment',
    details: 'Asks no host: what is true there, plan tells.',
    examples: [['The environment in this folder', '$0 show']],
  })

  override execute(): Promise<number> {
    return this.finish(
      this.opened(async deployer => {
        const { wish, file, environment } = deployer.opened
        const { typed } = deployer.now
        const memory = need(deployer.state.memory(wish.environment, file))
        const address = memory.resources.map(addressOf).find(one => one !== undefined) ?? givenIn(environment)
        const reachable = reachableThen(deployer.state, wish.environment, memory)
        const known: Known = {
          environment: wish.environment,
          file: shownFile(this.context, file),
          provider: wish.provider,
          simulated: wish.provider === 'sandbox',
          ...(address === undefined ? {} : { address }),
          ...(memory.lastRun === undefined ? {} : { lastRun: memory.lastRun }),
          ...(memory.unfinished === undefined ? {} : { unfinished: memory.unfinished }),
          resources: memory.resources.map(({ addr, kind, protect, run }) => ({ addr, kind, protect, run })),
          ...(reachable === undefined ? {} : { reachable }),
          unhandled: wish.unhandled,
          endpoints:
            address === undefined || wish.provider === 'sandbox' || !memory.resources.some(({ kind }) => kind === 'tracker')
              ? []
              : endpointRows(environment, address, typed === undefined ? {} : { file: shownFile(this.context, file) }),
        }
        return known
      }),
      {
        text: (known, look) =>
          [
            rows(known)
              .flatMap(([what, says]) => flow((what === '' ? '' : `${what}:`).padEnd(26), says, look))
              .map(text => `${text}\n`)
              .join(''),
            known.resources.length === 0 ? '' : `\n${renderTable(['resource', 'run', ''], known.resources.map(row), look)}`,
          ].join(''),
        json: known => known as unknown as Json,
      },
    )
  }
}

const rows = ({
  environment,
  provider,
  simulated,
  file,
  address,
  lastRun,
  unfinished,
  reachable,
  unhandled,
  endpoints,
}: Known): ReadonlyArray<readonly [string, string]> => [
  ['Environment', `${environment} on ${provider}${simulated ? ' (simulated)' : ''}, ${file}`],
  ['Address', address ?? 'no machine yet'],
  ['Last run', lastRun === undefined ? 'none yet' : `${lastRun.run}, ${lastRun.command}, ${lastRun.outcome}`],
  ...(unfinished === undefined ? [] : [['Unfinished', `run ${unfinished.run}, ${unfinished.command}: deployer apply goes on`] as const]),
  ...(reachable === undefined ? [] : reachableRows(reachable)),
  ...endpoints,
  ...(unhandled.length === 0 ? [] : [['Not in this version yet', unhandled.join('  ')] as const]),
]

/** What says more than a port stands on a line of its own, as in a plan. */
const reachableRows = (reachable: ReadonlyArray<string>): ReadonlyArray<readonly [string, string]> => {
  const ports = reachable.filter(one => !one.includes(' ')).join('  ')
  const others = reachable.filter(one => one.includes(' '))
  const says = [...(ports === '' ? [] : [ports]), ...others]
  return (says.length === 0 ? ['nothing'] : says).map((one, at) => [at === 0 ? 'Reachable from outside' : '', one] as const)
}

const reachableThen = (state: StateReader, environment: string, { resources }: Memory): ReadonlyArray<string> | undefined => {
  const firewall = resources.find(({ kind }) => kind === 'firewall')
  const spec = firewall && state.runSpec(environment, firewall.run)
  return spec === undefined || E.isLeft(spec) ? undefined : reachableIn(spec.right)
}

const row = ({ addr, run, protect }: Known['resources'][number]): ReadonlyArray<string> => [addr, String(run), protect ? 'protected' : '']

/** A server that exists is where the file says, whatever was done there. */
const givenIn = ({ provider }: Environment): string | undefined => (provider.kind === 'ssh' ? provider.host : undefined)

const addressOf = ({ identity }: Remembered): string | undefined => {
  if (typeof identity !== 'object' || identity === null || Array.isArray(identity)) return undefined
  const { addresses } = identity as { readonly addresses?: Json }
  return Array.isArray(addresses) && typeof addresses[0] === 'string' ? addresses[0] : undefined
}
