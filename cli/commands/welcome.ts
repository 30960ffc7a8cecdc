import { Command } from 'clipanion'
import type { Memory } from '../../engine/store.js'
import { socketAmong, socketsOf } from '../../providers/index.js'
import { type Attempt, attempt, E, need } from '../../specs/fp.js'
import type { Json } from '../../specs/json.js'
import { BaseCommand } from '../command.js'
import type { Context } from '../context.js'
import { openEnvironment, shownFile } from '../environment.js'
import { type Here, renderGreeting, renderHere, type Ways } from '../render/greeting.js'
import { readState } from '../state.js'

type Welcome = Ways | { readonly here: Here }

/** `deployer` alone: where one stands, and what to do next. Asks nobody. */
export class WelcomeCommand extends BaseCommand {
  static override paths = [Command.Default]
  static override usage = Command.Usage({ description: 'say where one stands and what to do next' })

  override execute(): Promise<number> {
    return this.finish(this.welcome(), {
      text: (welcome, look) => ('here' in welcome ? renderHere(welcome.here, look) : renderGreeting(welcome, look)),
      json: welcome => welcome as unknown as Json,
    })
  }

  private welcome(): Attempt<Welcome> {
    return attempt(async () => {
      const opened = await openEnvironment(this.context, undefined)()
      if (E.isLeft(opened)) {
        const fault = opened.left
        return fault.code === 'FILE_MISSING' && fault.file === undefined ? waysNow(this.context) : need(opened)
      }
      const { wish, file, folder } = opened.right
      const state = need(readState(this.context, folder))
      try {
        const { lastRun, unfinished, resources } = need(state.memory(wish.environment))
        const here: Here = {
          file: shownFile(this.context, file),
          environment: wish.environment,
          provider: wish.provider,
          simulated: wish.provider === 'sandbox',
          ...(lastRun === undefined ? {} : { lastRun: runWord(lastRun) }),
          next:
            unfinished !== undefined
              ? 'deployer apply, to go on'
              : wish.provider === 'hetzner'
                ? 'deployer validate'
                : resources.length === 0 && wish.provider !== 'sandbox'
                  ? 'deployer doctor, then deployer plan'
                  : 'deployer plan',
        }
        return { here }
      } finally {
        state.close()
      }
    })
  }
}

const runWord = ({ run, command, outcome }: NonNullable<Memory['lastRun']>): string => `run ${run}, ${command}, ${outcome}`

const waysNow = ({ env }: Context): Ways => {
  const here = socketAmong(socketsOf({ env })) === undefined ? '' : ' (LXD is here)'
  return {
    ways: [
      ['deployer init', 'to try it: a simulated host, nothing real happens'],
      ['deployer init lxd', `a machine on this computer${here}`],
      ['deployer init ssh HOST', 'a server you have (Debian 12/13, Ubuntu 22.04/24.04)'],
      ['deployer init hetzner', 'a cloud server (costs money)'],
    ],
    note: 'This version makes machine, firewall, Docker, database and tracker. Files for hetzner it checks.',
  }
}
