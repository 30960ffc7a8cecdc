import { portsOf } from '../service.js'
import { SERVICES } from '../services.js'
import { type ComposeFile, readCompose } from './file.js'

export interface Moving {
  readonly port: string
  readonly from: string
  readonly to: string
}

/** A port that one of ours gives up and a service of the user's gets, which starts before ours is made again. */
export const movingPort = (before: string, { services }: ComposeFile): Moving | undefined => {
  const old = readCompose(before)?.services ?? {}
  const had = (name: string): ReadonlyArray<string> => portsOf(old[name] ?? {})
  const has = (name: string): ReadonlyArray<string> => portsOf(services[name] ?? {})
  const given = Object.keys(old).flatMap(from =>
    SERVICES.has(from) ? had(from).flatMap(port => (has(from).includes(port) ? [] : [{ port, from }])) : [],
  )
  const users = Object.keys(services).filter(name => !SERVICES.has(name))
  return given.flatMap(one => users.filter(to => has(to).includes(one.port)).map(to => ({ ...one, to })))[0]
}
