import { type Fault, hintOf, saysOf } from '../../specs/fault.js'
import { E, type Either } from '../../specs/fp.js'

export type Level = 'ok' | 'warn' | 'fail'

export interface Answer {
  readonly level: Level
  readonly says: string
  /** Where another than the check's own mends it. */
  readonly fix?: string
}

/** One thing that can be wrong, asked without changing anything. */
export interface Check<Place> {
  readonly name: string
  /** Undefined: of no concern in this place. */
  readonly question: (place: Place) => Answer | undefined | Promise<Answer | undefined>
  readonly fix: string | ((place: Place) => string)
}

/** A check that was made. */
export interface Finding {
  readonly name: string
  readonly level: Level
  readonly says: string
  readonly fix?: string
}

export const ok = (says: string): Answer => ({ level: 'ok', says })
export const warn = (says: string, fix?: string): Answer => ({ level: 'warn', says, ...(fix !== undefined && { fix }) })
export const bad = (says: string, fix?: string): Answer => ({ level: 'fail', says, ...(fix !== undefined && { fix }) })

/** A fault brings its own remedy along. */
export const broken = (fault: Fault, level: 'warn' | 'fail' = 'fail'): Answer => ({ level, says: saysOf(fault), fix: hintOf(fault) })

export const judged = <A>(either: Either<Fault, A>, judge: (value: A) => Answer): Answer =>
  E.isLeft(either) ? broken(either.left) : judge(either.right)

/** All at once, in their order. */
export const examined = async <P>(checks: ReadonlyArray<Check<P>>, place: P): Promise<ReadonlyArray<Finding>> => {
  const findings = checks.map(async ({ name, question, fix }): Promise<ReadonlyArray<Finding>> => {
    const answer = await question(place)
    if (answer === undefined) return []
    const mends = answer.fix ?? (typeof fix === 'string' ? fix : fix(place))
    return [{ name, level: answer.level, says: answer.says, ...(answer.level !== 'ok' && { fix: mends }) }]
  })
  return (await Promise.all(findings)).flat()
}
