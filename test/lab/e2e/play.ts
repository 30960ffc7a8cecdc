import { builtCli } from '../cli.js'
import { ensureKey } from '../host.js'
import { chanceOf } from './chance.js'
import { cut } from './cut.js'
import { destroy } from './destroy.js'
import { drift } from './drift.js'
import { first } from './first.js'
import { applied, clearAway, deskFor, environmentOf, nameOf } from './ground.js'
import { kill } from './kill.js'
import { type Moment, momentsIn } from './moment.js'
import { type Lane, type Played, played, type Scenario } from './scenario.js'
import { onDebian12, onDebian13 } from './server.js'
import { two } from './two.js'

const KILLS = 10

export interface Playing {
  readonly scenario: Scenario
  readonly ended: Promise<Played>
}

export interface PlayInput {
  /** The same moments for the same seed. */
  readonly seed: number
  readonly say: (line: string) => void
}

/** What is left of yesterday goes first. Servers go beside the first machine, all else after it. */
export const playAll = async ({ seed, say }: PlayInput): Promise<ReadonlyArray<Playing>> => {
  say(`seed ${seed}`)
  const cli = await builtCli()
  await clearAway()
  await ensureKey()
  const [begin, lanes] = scenarios(cli, chanceOf(seed), say)
  const begun = inTurn([begin], Promise.resolve(), say)
  const after = Promise.all(begun.map(({ ended }) => ended))
  const servers = inTurn([onDebian12(cli), onDebian13(cli)], Promise.resolve(), say)
  return [...begun, ...servers, ...lanes.flatMap(lane => inTurn(lane, after, say))]
}

const inTurn = (lane: Lane, after: Promise<unknown>, say: PlayInput['say']): ReadonlyArray<Playing> => {
  let before = after
  return lane.map(scenario => {
    const ended = before.then(async () => {
      const one = await played(scenario)
      say(`${one.problem === undefined ? 'ok    ' : 'FAILED'} ${one.seconds.toFixed(1).padStart(6)} s  ${scenario.says}`)
      if (one.problem !== undefined) say(one.problem instanceof Error ? one.problem.message : String(one.problem))
      return one
    })
    before = ended
    return { scenario, ended }
  })
}

const scenarios = (cli: string, chance: () => number, say: PlayInput['say']): readonly [Scenario, ReadonlyArray<Lane>] => {
  const name = nameOf('life')
  const desk = deskFor(cli, environmentOf(name))
  const settled = ({ says, play }: Scenario): Scenario => ({ says, play: () => applied(desk, name).then(play) })
  let moments: ReadonlyArray<Moment> | undefined
  const moment = (index: number) => async (): Promise<Moment> => {
    moments ??= momentsIn(desk.log(), KILLS, chance)
    return moments[index] as Moment
  }
  const kills = Array.from({ length: KILLS }, (_, index) => kill(cli, index + 1, moment(index), say))
  const half = (rest: number): Lane => kills.filter((_, index) => index % 2 === rest)
  const life = [...drift(desk, name), ...cut(desk, name), ...two(cli, desk, name)].map(settled)
  return [first(desk, name), [[...life, ...destroy(desk, name, chance)], half(0), half(1)]]
}
