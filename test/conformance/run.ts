import type { Batch, Channel, Look, Outcome } from '../../engine/channel.js'
import type { Answer, Held } from '../../engine/contract.js'
import { revealer } from '../../engine/reveal.js'
import { E } from '../../specs/fp.js'
import { type Asking, type Case, type Deed, type Move, probeOf, VIA } from './case.js'

/** What a slow batch waits for, on the host. */
export const RELEASED = '/run/deployer-conformance-released'

/** A host that cases happen on: a model, or a real one. */
export interface World {
  /** Two connections to one host. */
  readonly one: Channel
  readonly other: Channel
  wait(seconds: number): Promise<void>
  /** Lets go on what a batch waits for. */
  release(): void
}

/** What a host said to one move: null is absent. As JSON has it. */
export type Said =
  | { readonly is: 'done'; readonly answers: Answered; readonly ledger: ReadonlyArray<Held> }
  | { readonly is: 'failed'; readonly step: number; readonly code: string }
  | { readonly is: 'unknown'; readonly code: string }
  | { readonly is: 'seen'; readonly answers: Answered; readonly busy: Look['busy'] }
  | { readonly is: 'unseen'; readonly code: string }
export type Answered = { readonly [asking: string]: unknown }

/** Every secret is this. */
export const SECRET = 'hunter2-and-more'
const { reveal } = revealer(() => async () => E.right(SECRET))

const batchOf = ({ steps = [], asks = [], ...rest }: Deed): Batch => ({
  environment: 'demo',
  addr: 'vm.main',
  run: 1,
  fence: 1,
  claims: [],
  releases: [],
  ...rest,
  steps: steps.map(words => ({ ...words, via: VIA }) as Batch['steps'][number]),
  verify: asks.map(probeOf),
})

const keyOf = (asking: Asking): string => {
  if (typeof asking === 'string') return asking
  const { ask, key } = probeOf(asking)
  return `${ask} ${key} is ${JSON.stringify(asking.match)}`
}

const plainOf = (answer: Answer<unknown> | undefined): unknown => {
  if (answer === undefined || answer.is === 'absent') return null
  return answer.is === 'present' ? answer.value : { unasked: answer.fault.code }
}

const answered = (asks: ReadonlyArray<Asking>, { answers }: Look): Answered =>
  Object.fromEntries(asks.map((asking, index) => [keyOf(asking), plainOf(answers[index])]))

const saidOf = (outcome: Outcome, { asks = [] }: Deed): Said => {
  if (outcome.is === 'failed') return { is: 'failed', step: outcome.step, code: outcome.fault.code }
  if (outcome.is === 'unknown') return { is: 'unknown', code: outcome.fault.code }
  return { is: 'done', answers: answered(asks, outcome.look), ledger: outcome.look.ledger }
}

const acted = async (deed: Deed, channel: Channel): Promise<Said> => saidOf(await channel.act(batchOf(deed), reveal, () => {}), deed)

const seen = async (asks: ReadonlyArray<Asking>, channel: Channel): Promise<Said> => {
  const found = await channel.look(asks.map(probeOf), reveal)
  if (found.unreachable !== undefined) return { is: 'unseen', code: found.unreachable.code }
  return { is: 'seen', answers: answered(asks, found), busy: found.busy }
}

/** Until others see that it runs, or it has ended. */
const begun = async (running: Promise<Said>, others: Channel): Promise<void> => {
  let ended = false
  void running.finally(() => {
    ended = true
  })
  while (!ended && (await others.look([], reveal)).busy.length === 0);
}

const moved = async (move: Move, world: World, channel: Channel): Promise<ReadonlyArray<Said>> => {
  if ('act' in move) return [await acted(move.act, channel)]
  if ('look' in move) return [await seen(move.look, channel)]
  if ('wait' in move) return world.wait(move.wait).then(() => [])
  const running = acted(move.during, channel)
  await begun(running, world.other)
  const said: Array<Said> = []
  for (const one of move.others) said.push(...(await moved(one, world, world.other)))
  world.release()
  return [...said, await running]
}

export const played = async ({ moves }: Case, world: World): Promise<ReadonlyArray<Said>> => {
  const said: Array<Said> = []
  for (const move of moves) said.push(...(await moved(move, world, world.one)))
  return said
}
