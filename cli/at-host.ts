import { existsSync } from 'node:fs'
import type { Machine, Provider, Reveal, Shell } from '../engine/channel.js'
import type { Answer, MachineSeen, Probe } from '../engine/contract.js'
import { routesOf } from '../engine/routes.js'
import type { Wish } from '../engine/wish.js'
import { type Attempt, attempt, E, fail, need } from '../specs/fp.js'
import type { Issue } from '../specs/issue.js'
import type { Context } from './context.js'
import { type Opened, openEnvironment } from './environment.js'
import type { Log } from './log.js'
import { providerFor } from './provider.js'

/** Somebody at the host of an environment. */
export interface Guest {
  readonly opened: Opened
  readonly machine: Machine
  readonly shell: Shell
}

export interface Visit {
  readonly log: Log
  readonly typed: string | undefined
  readonly words: string
  readonly warn: (issue: Issue) => void
}

/** Goes to the environment's machine as apply would, and leaves nothing open. */
export const atHost = <A>(context: Context, { log, typed, words, warn }: Visit, body: (guest: Guest) => Promise<A>): Attempt<A> =>
  attempt(async () => {
    const opened = await need(openEnvironment(context, typed))
    const { folder, wish } = opened
    const provider = await need(providerFor(context, opened, { warn }))
    try {
      const { shellTo } = provider
      if (shellTo === undefined) return await need(fail({ code: 'NO_SHELL', provider: provider.name }))
      const machine = await need(machineOf(wish, provider))
      if (!machine.seen.running) await need(fail({ code: 'MACHINE_STOPPED', machine: machine.name }))
      if (existsSync(folder)) log.keepIn(folder)
      log.write(`${words} on ${machine.name}`)
      const shell = shellTo(machine)
      try {
        return await body({ opened, machine, shell })
      } finally {
        await shell.close()
      }
    } finally {
      await provider.close()
    }
  })

/** As its provider has it now. */
export const machineOf = (wish: Wish, provider: Provider): Attempt<Machine> =>
  attempt(async () => {
    const [[addr, { name, login }] = need(fail({ code: 'MACHINE_MISSING', addr: 'vm.main' }))] = routesOf(wish.facts).machines
    const probe: Probe = { ask: 'machine', key: name, via: 'provider' }
    const { answers } = await provider.look([probe], nothingRevealed)
    const [answer] = answers as ReadonlyArray<Answer<MachineSeen> | undefined>
    if (answer?.is === 'unasked') return need(fail(answer.fault))
    if (answer?.is !== 'present') return need(fail({ code: 'MACHINE_MISSING', addr }))
    return { addr, name, login, seen: answer.value }
  })

const nothingRevealed: Reveal = () => async () => E.right('')
