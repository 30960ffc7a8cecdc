import { createHash } from 'node:crypto'
import type { Look, Reveal } from '../../../engine/channel.js'
import type { Answer, Ask, Asks, Probe } from '../../../engine/contract.js'
import type { Fault } from '../../../specs/fault.js'
import { E } from '../../../specs/fp.js'
import { cronOf, dirOf, type Files, fileOf, ownedBy, parseFiles } from './files.js'
import { parseHost } from './host.js'
import { parseBusy, parseLedger } from './ledger.js'
import { type Found, type Said, Unread } from './question.js'
import { FILES, QUESTIONS } from './script.js'

export interface Heard {
  readonly host: string
  readonly nonce: string
  readonly sections: ReadonlyMap<string, Said>
}

/** Undefined: the host did not get to the end. What stands around the sections is somebody's banner. */
export const sectionsOf = (output: string, nonce: string): ReadonlyMap<string, Said> | undefined => {
  if (!output.includes(`${nonce} all\n`)) return undefined
  const section = new RegExp(`^${nonce} begin (\\S+)\\n([\\s\\S]*?)\\n${nonce} end \\1 (\\d+)$`, 'gm')
  return new Map([...output.matchAll(section)].map(([, name = '', text = '', status]) => [name, { text, status: Number(status) }]))
}

const said = ({ sections }: Heard, name: string): string => {
  const one = sections.get(name)
  if (one === undefined) throw new Unread('it was not asked')
  if (one.status !== 0) throw new Unread(`the question ended with ${one.status}`)
  return one.text
}

/** A host that answers nonsense is one that could not be asked. */
const tried = <A>(read: () => A): A | Unread => {
  try {
    return read()
  } catch (cause) {
    if (cause instanceof Unread) return cause
    return new Unread(cause instanceof Error ? cause.message : 'it said what cannot be read')
  }
}

export const saltOf = (heard: Heard): string => said(heard, 'salt').trim()

export const readLook = async (probes: ReadonlyArray<Probe>, heard: Heard, reveal: Reveal): Promise<Look> => {
  const unread = (ask: string, why: string): Fault => ({ code: 'LOOK_FAILED', host: heard.host, ask, why })
  const host = tried(() => parseHost(said(heard, 'host')))
  const ledger = tried(() => parseLedger(said(heard, 'ledger')))
  const busy = tried(() => parseBusy(said(heard, 'busy')))
  const broken = [host, ledger, busy].find(one => one instanceof Unread)
  if (broken instanceof Unread) return nothingSeen(probes, unread('ledger', broken.message))
  const answers = await answersOf(probes, heard, reveal)
  return { answers, ledger, host, busy } as Look
}

export const nothingSeen = (probes: ReadonlyArray<Probe>, fault: Fault): Look => ({
  answers: probes.map(({ via }) => ({ is: 'unasked', via, fault })),
  ledger: [],
  busy: [],
  unreachable: fault,
})

export const answersOf = async (probes: ReadonlyArray<Probe>, heard: Heard, reveal: Reveal): Promise<ReadonlyArray<Answer<unknown>>> => {
  const files = tried(() => parseFiles(said(heard, 'files')))
  const found = new Map<Ask, Found<Ask> | Unread>()
  const unasked = ({ ask, via }: Probe, why: string): Answer<never> => ({
    is: 'unasked',
    via,
    fault: { code: 'LOOK_FAILED', host: heard.host, ask, why },
  })
  const answer = async (probe: Probe): Promise<Answer<unknown>> => {
    const { ask, key, via } = probe
    if (FILES.includes(ask)) {
      if (files instanceof Unread) return unasked(probe, files.message)
      return probe.bare === true || probe.match === undefined ? present(fileAnswer(probe, files)) : matched(probe, files, heard, reveal)
    }
    const question = QUESTIONS[ask]
    if (question === undefined) return { is: 'unasked', via, fault: { code: 'HOST_LATER', what: `ask about ${ask} ${key}` } }
    const some =
      found.get(ask) ??
      tried(
        () =>
          question.parse(
            said(heard, ask),
            probes.filter(one => one.ask === ask),
          ) as Found<Ask>,
      )
    found.set(ask, some)
    const one = some instanceof Unread ? some : some.get(key)
    if (one instanceof Unread) return unasked(probe, one.message)
    if (one === undefined || question.settled === undefined) return present(one)
    const { nonce } = heard
    if (probe.match === undefined) return present(question.settled(one as never, { nonce }))
    const wanted = await reveal(probe.match, saltOf(heard))()
    if (E.isLeft(wanted)) return { is: 'unasked', via, fault: wanted.left }
    return present(question.settled(one as never, { nonce, wanted: wanted.right }))
  }
  return Promise.all(probes.map(answer))
}

const present = (value: unknown): Answer<unknown> => (value === undefined ? { is: 'absent' } : { is: 'present', value })

const fileAnswer = ({ ask, key, numeric, bare }: Probe, files: Files): unknown => {
  if (bare === true) {
    const known = files.bare.get(key)
    return known && ownedBy(known, numeric)
  }
  if (ask === 'dir') return dirOf(files, key, numeric)
  return ask === 'cron' ? cronOf(files, key) : fileOf(files, key, numeric)
}

/** The wanted text never goes to the host for this, nor the file's away from it. */
const matched = async (
  { key, via, match = '', numeric }: Probe,
  { secret }: Files,
  heard: Heard,
  reveal: Reveal,
): Promise<Answer<Asks['file']>> => {
  const file = secret.get(key)
  if (file === undefined) return { is: 'absent' }
  const wanted = await reveal(match, saltOf(heard))()
  if (E.isLeft(wanted)) return { is: 'unasked', via, fault: wanted.left }
  const same = createHash('sha256').update(heard.nonce).update(wanted.right).digest('hex') === file.digest
  return { is: 'present', value: { ...ownedBy(file, numeric), same } }
}
