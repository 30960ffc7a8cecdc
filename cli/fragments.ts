import { relative } from 'node:path'
import { clashesIn, type Fragment, withServices } from '../resources/compose-stack/fragments.js'
import type { Environment } from '../resources/environment.js'
import { rules } from '../resources/rules.js'
import { isRecord } from '../specs/codec.js'
import { saysOf } from '../specs/fault.js'
import { type Attempt, E } from '../specs/fp.js'
import type { Issue, Path, Place } from '../specs/issue.js'

export interface Fragments {
  readonly fragments: ReadonlyArray<Fragment>
  readonly broken: ReadonlyArray<Issue>
}
interface Reading {
  readonly read: (file: string) => Attempt<string>
  readonly cwd: string
  readonly placeOf?: ((path: Path) => Place) | undefined
}

/** The compose files that an environment includes, each refused where it can't stand beside what is ours. */
export const fragmentsOf = async (environment: Environment, reading: Reading): Promise<Fragments> => {
  const fragments: Fragment[] = []
  const broken: Issue[] = []
  for (const [index, file] of environment['compose-stack'].include.entries()) {
    const shown = relative(reading.cwd, file).startsWith('..') ? file : relative(reading.cwd, file)
    const refuse = (issue: Pick<Issue, 'what' | 'expected'>): void => {
      const path = ['compose-stack', 'include', index]
      broken.push({ code: 'FRAGMENT_INVALID', level: 'error', path, ...(reading.placeOf && { place: reading.placeOf(path) }), ...issue })
    }
    const text = await reading.read(file)()
    const content = E.isLeft(text) ? undefined : await parsed(text.right)
    if (E.isLeft(text)) refuse({ what: `${saysOf(text.left)}.`, expected: 'Expected a compose file, as YAML.' })
    else if (typeof content === 'string')
      refuse({ what: `${shown} is no compose file: ${content}.`, expected: 'Expected a mapping with services.' })
    else if (content !== undefined) {
      const fragment = { file: shown, content }
      for (const clash of [...clashesIn(fragment), ...portClashes(environment, fragments, fragment)]) refuse(clash)
      fragments.push(fragment)
    }
  }
  return { fragments, broken }
}

/** In words what is wrong with it. */
const parsed = async (text: string): Promise<Fragment['content'] | string> => {
  const { parse } = await import('yaml')
  try {
    const content: unknown = parse(text)
    if (!isRecord(content)) return 'it is not a mapping'
    if (content.services !== undefined && !isRecord(content.services)) return 'its services are not a mapping'
    return content as Fragment['content']
  } catch (thrown) {
    return (thrown instanceof Error ? thrown.message : '').split('\n')[0]?.replace(/[.:]+$/, '') ?? ''
  }
}

const portClashes = (
  environment: Environment,
  before: ReadonlyArray<Fragment>,
  fragment: Fragment,
): ReadonlyArray<Pick<Issue, 'what' | 'expected'>> => {
  const theirs = Object.keys(fragment.content.services ?? {})
  return rules(withServices(environment, [...before, fragment]), () => true)
    .filter(({ code, path: [section, , name, key] }) => {
      if (section !== 'compose-stack') return false
      return code === 'PORT_CONFLICT' || (key === 'ports' && theirs.includes(`${name}`))
    })
    .map(({ what, expected }) => ({ what: `${fragment.file}: ${what}`, ...(expected !== undefined && { expected }) }))
}
