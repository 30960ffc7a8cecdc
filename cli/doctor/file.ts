import { type Fault, hintOf, saysOf } from '../../specs/fault.js'
import { E, type Either } from '../../specs/fp.js'
import type { Environment } from '../../state/history.js'
import type { StateReader } from '../../state/index.js'
import type { Context } from '../context.js'
import { type Opened, shownFile } from '../environment.js'
import { countWord } from '../render/words.js'
import { isLater, refsOf, stateOfSecret } from '../secrets.js'
import { bad, broken, type Check, ok, warn } from './check.js'

/** An environment file that says what it should, and the state beside it. */
export interface Written {
  readonly context: Context
  readonly opened: Opened
  readonly state: Either<Fault, StateReader>
}

const file: Check<Written> = {
  name: 'file',
  question: ({ opened: { warnings, file }, context }) => {
    const shown = shownFile(context, file)
    return warnings.length === 0 ? ok(shown) : warn(`${shown}: ${countWord(warnings.length, 'warning')}`)
  },
  fix: 'See them with: deployer validate',
}

const secrets: Check<Written> = {
  name: 'secrets',
  question: async ({ opened, state, context }) => {
    if (E.isLeft(state)) return undefined
    const refs = [...refsOf(opened).values()].filter(({ secret }) => !isLater(opened, secret))
    const states = await Promise.all(refs.map(ref => stateOfSecret(ref, context, state.right.secrets, opened)()))
    const lost = states.find(E.isLeft)
    if (lost !== undefined) return broken(lost.left)
    const gone = states.flatMap(one => (E.isRight(one) && one.right.available === false && one.right.says !== TO_COME ? [one.right] : []))
    if (gone.length > 0) return bad(gone.map(({ name, from, says }) => `${name}: ${from} ${says}`).join('; '))
    return ok(refs.length === 0 ? 'none are needed yet' : countWord(refs.length, 'secret'))
  },
  fix: 'Make them available there; see them with: deployer secret list',
}
const TO_COME = 'to be generated'

const state: Check<Written> = {
  name: 'state',
  question: ({ state, context }) => {
    if (E.isLeft(state)) return broken(state.left)
    const verified = state.right.verify()
    if (E.isLeft(verified)) return broken(verified.left)
    const { file, format } = verified.right
    return ok(format === 0 ? 'none yet: the first apply makes it' : shownFile(context, file))
  },
  fix: 'deployer state verify',
}

const knownAs = ({ opened, state }: Written): Environment | undefined => {
  const all = E.isLeft(state) ? state : state.right.environments()
  return E.isLeft(all) ? undefined : all.right.find(({ name }) => name === opened.wish.environment)
}

const lock: Check<Written> = {
  name: 'lock',
  question: written => {
    const held = knownAs(written)?.lock
    if (held === undefined) return E.isLeft(written.state) ? undefined : ok('free')
    const { user, host, pid, since, command, life } = held
    const says = `${command} by ${user} on ${host} (pid ${pid}) since ${since}`
    return life === 'gone' ? ok(`left by ${says}, which is gone: the next run takes it over`) : warn(says)
  },
  fix: 'Wait for it. If that process is certainly gone: deployer state unlock',
}

const run: Check<Written> = {
  name: 'last run',
  question: ({ state, opened }) => {
    if (E.isLeft(state)) return undefined
    const memory = state.right.memory(opened.wish.environment, opened.file)
    if (E.isLeft(memory)) return bad(saysOf(memory.left), hintOf(memory.left))
    const { lastRun, unfinished } = memory.right
    if (unfinished !== undefined) return warn(`run ${unfinished.run}, ${unfinished.command}, did not come to its end`)
    if (lastRun === undefined) return ok('none yet')
    const says = `run ${lastRun.run}, ${lastRun.command}, ${lastRun.outcome}`
    return lastRun.outcome === 'done' ? ok(says) : warn(says)
  },
  fix: 'Go on with: deployer apply',
}

export const WRITTEN: ReadonlyArray<Check<Written>> = [file, secrets, state, lock, run]
