import { randomBytes } from 'node:crypto'
import type { Look, Reveal } from '../../engine/channel.js'
import type { Login, Probe } from '../../engine/contract.js'
import type { Fault } from '../../specs/fault.js'
import { E, type Either } from '../../specs/fp.js'
import { type Heard, nothingSeen, readLook, saltOf, sectionsOf } from '../remote/look/read.js'
import { lookScript } from '../remote/look/script.js'
import type { Connection } from './connection.js'
import { databaseAnswer } from './database.js'
import type { Ends } from './relay.js'

/** Asks everything in one round trip. */
export const hear = async (probes: ReadonlyArray<Probe>, connection: Connection, host: string): Promise<Either<Fault, Heard>> => {
  const nonce = randomBytes(16).toString('hex')
  const output = await connection.run(lookScript(onHost(probes), nonce))()
  if (E.isLeft(output)) return output
  const sections = sectionsOf(output.right, nonce)
  return sections === undefined
    ? E.left({ code: 'CONNECTION_DROPPED', host, why: 'it did not come to the end of its answers' })
    : E.right({ host, nonce, sections })
}

/** Answered from here. */
const isOurs = ({ ask }: Probe): boolean => ask === 'login' || ask === 'database'
const onHost = (probes: ReadonlyArray<Probe>): ReadonlyArray<Probe> => probes.filter(probe => !isOurs(probe))

export interface Seen {
  readonly look: Look
  readonly salt?: string
}

/** What is answered from here need not wait for the host where a way to it is open already. */
export const lookOver = async (probes: ReadonlyArray<Probe>, reveal: Reveal, ends: Ends): Promise<Seen> => {
  const { connection, target } = ends
  const before = connection.way()
  const [heard, early] = await Promise.all([
    hear(probes, connection, target.name),
    before === undefined ? undefined : answersFromHere(probes, reveal, ends),
  ])
  if (E.isLeft(heard)) return { look: nothingSeen(probes, heard.left) }
  const look = await readLook(probes, heard.right, reveal)
  if (look.unreachable !== undefined) return { look }
  const isMoved = connection.way() !== before
  const ours = early === undefined || isMoved ? await answersFromHere(probes, reveal, ends) : early
  const salt = saltOf(heard.right)
  return { look: { ...look, answers: joined(ours, look.answers) }, ...(salt !== '' && { salt }) }
}

export const withOurs = async (probes: ReadonlyArray<Probe>, answers: Look['answers'], reveal: Reveal, ends: Ends) =>
  joined(await answersFromHere(probes, reveal, ends), answers)

type FromHere = ReadonlyArray<Look['answers'][number] | undefined>

const joined = (ours: FromHere, answers: Look['answers']): Look['answers'] =>
  ours.map((one, index) => one ?? answers[index] ?? ({ is: 'absent' } as const))

/** Whether a host lets in cannot be asked on it, and not all that is asked from there needs a program there. */
const answersFromHere = (probes: ReadonlyArray<Probe>, reveal: Reveal, ends: Ends): Promise<FromHere> =>
  Promise.all(
    probes.map(async probe => {
      if (probe.ask === 'login') return loginAnswer(ends.connection, ends.target.login)
      return probe.ask === 'database' ? databaseAnswer(probe, reveal, ends) : undefined
    }),
  )

/** The open connection proves nothing about new ones, nor does its port: it may have been moved meanwhile. */
const loginAnswer = async (connection: Connection, { user, port }: Login): Promise<Look['answers'][number]> => {
  for (const at of new Set([port, connection.way()?.port ?? port])) {
    const entered = await connection.run('true', { fresh: at })()
    if (E.isRight(entered)) return { is: 'present', value: { user, port: at } }
  }
  return { is: 'absent' }
}
