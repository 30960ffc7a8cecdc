import { type Examination, type Examined, STATES, type State } from '../../engine/run/examine.js'
import type { CheckResult } from '../../engine/run-value.js'
import { blocks, type Line, line, show, type Tone } from './color.js'
import type { Look } from './look.js'
import { checkSays } from './progress-words.js'
import { clean, flow, padTo, prose, upTo } from './text.js'
import { countWord } from './words.js'

const TONES: { readonly [word: string]: Tone } = {
  ok: 'good',
  drift: 'update',
  failing: 'bad',
  failed: 'bad',
  down: 'bad',
  unknown: 'bad',
  skipped: 'quiet',
}

const headOf = ({ environment, provider, simulated, host }: Examination, says: string): Line => {
  const place = `${environment} on ${provider}${simulated ? ' (simulated)' : ''}${host === undefined ? '' : `, ${host}`}`
  return line(clean(`${place}: ${says}`), 'strong', clean(place).length)
}

const sumOf = (counts: ReadonlyArray<readonly [word: string, count: number]>): string =>
  counts
    .filter(([, count]) => count > 0)
    .map(([word, count]) => `${count} ${word}`)
    .join(', ')

/** Of `deployer test`: a line a check, then the sum. */
export const renderTest = (examination: Examination, look: Look): string => {
  const { environment, resources } = examination
  const checks = resources.flatMap(one => one.checks)
  const left = resources.filter(({ state, checks }) => checks.length === 0 && state !== 'ok')
  const column = Math.max(20, ...resources.map(({ addr }) => addr.length + 2))
  const rows =
    look.verbosity < 0 ? [] : [...checks.map(one => checkLine(one, column, look)), ...left.flatMap(one => leftLine(one, column, look))]
  const count = (result: CheckResult['result']): number => checks.filter(one => one.result === result).length
  const of = (state: State): number => left.filter(one => one.state === state).length
  const drifted = of('drift')
  const sum = sumOf([
    ['ok', count('ok')],
    ['failed', count('failed')],
    ['skipped', count('skipped')],
    ['not there', of('down')],
    ['unknown', of('unknown')],
    [drifted === 1 ? 'differs from the file' : 'differ from the file', drifted],
  ])
  const isBad = count('failed') + of('down') + of('unknown') > 0
  const end = line(`${clean(environment)}: ${sum === '' ? 'nothing to try' : sum}.`, isBad ? 'bad' : 'good', clean(environment).length)
  const next = isBad || left.length > 0 ? [line('Next: deployer plan, deployer status')] : []
  return show(
    blocks([[headOf(examination, countWord(checks.length, 'check'))], rows.flat(), [end, ...(look.verbosity < 0 ? [] : next)]]),
    look,
  )
}

const checkLine = (check: CheckResult, column: number, look: Look): ReadonlyArray<Line> =>
  flow(upTo(padTo(check.result, 9) + clean(check.addr), 9 + column), prose(checkSays(check), look), look).map((text, at) =>
    at === 0 ? line(text, TONES[check.result], check.result.length) : line(text),
  )

const leftLine = ({ addr, state, detail }: Examined, column: number, look: Look): ReadonlyArray<Line> =>
  flow(upTo(padTo(state, 9) + clean(addr), 9 + column), prose(detail, look), look).map((text, at) =>
    at === 0 ? line(text, TONES[state], state.length) : line(text),
  )

const STATE = 9

/** What the state and the file know beside what was seen. */
interface Beside {
  readonly last?: string
  readonly clients?: ReadonlyArray<string>
}

/** Of `deployer status`: a line a resource, below it what was tried of it. */
export const renderStatus = (examination: Examination, look: Look, { last, clients = [] }: Beside = {}): string => {
  const { resources } = examination
  const tried = resources.map(one => one.checks.flatMap(check => partOf(check)))
  const column = Math.max(
    20,
    ...resources.map(({ addr }) => addr.length + 2),
    ...[...tried.flat(), ...resources.flatMap(one => one.parts ?? [])].map(({ name }) => name.length + 4),
  )
  const row = (name: string, state: string, detail: string): ReadonlyArray<Line> =>
    flow(`${upTo(name, column)}${upTo(state, STATE)}`, prose(detail, look), look).map(text => line(text))
  const toned = (lines: ReadonlyArray<Line>, state: string): ReadonlyArray<Line> =>
    state === 'ok' ? lines : lines.map(({ text }, at) => (at === 0 ? line(text, TONES[state]) : line(text)))
  const rows = resources.flatMap((one, at) => [
    ...toned(row(clean(one.addr), one.state, one.detail), one.state),
    ...(one.parts ?? []).flatMap(({ name, state, says }) => toned(row(`  ${clean(name)}`, state, says), state)),
    ...(tried[at] ?? []).flatMap(({ name, state, says }) => toned(row(`  ${clean(name)}`, state, says), state)),
  ])
  const sum = sumOf(STATES.map(state => [state, resources.filter(one => one.state === state).length] as const))
  const title = line(`${upTo('RESOURCE', column)}${upTo('STATE', STATE)}DETAIL`, 'strong')
  const next = nextOf(resources)
  const end = [
    ...(clients.length === 0 ? [] : [line(`For BitTorrent clients: ${clean(clients.join('  '))}`)]),
    ...(last === undefined ? [] : [line(`Last change: ${clean(last)}.`)]),
    ...(next === '' ? [] : [line(`Next: ${next}`)]),
  ]
  return show(blocks([[headOf(examination, sum)], look.verbosity < 0 ? [] : [title, ...rows], look.verbosity < 0 ? [] : end]), look)
}

/** `udp 6969 IPv4: connect and announce` is known by what stands before the colon; what has no such name is told when it fails. */
const partOf = (check: CheckResult): ReadonlyArray<{ readonly name: string; readonly state: string; readonly says: string }> => {
  const { says, result, why, milliseconds } = check
  const [, name, rest = ''] = /^([^:]{1,24}): (.+)$/.exec(says) ?? []
  const state = result === 'failed' ? (check.unasked ? 'unknown' : 'failing') : result
  if (name === undefined) {
    if (result !== 'failed') return []
    return says.length <= 24 ? [{ name: says, state, says: why ?? '' }] : [{ name: 'check', state, says: checkSays(check) }]
  }
  return [
    { name, state, says: checkSays({ ...check, says: rest, ...(why !== undefined && { why }), ...(milliseconds && { milliseconds }) }) },
  ]
}

/** Who has logged what a resource does. */
const loggedBy = (addr: string): string => {
  const section = addr.slice(0, addr.lastIndexOf('.'))
  return section === 'tracker' || section === 'mysql' || section === 'docker' ? section : 'host'
}

const nextOf = (resources: ReadonlyArray<Examined>): string => {
  const is = (state: State): boolean => resources.some(one => one.state === state)
  return [
    ...[...new Set(resources.flatMap(({ addr, state }) => (state === 'failing' ? [`deployer logs ${loggedBy(addr)}`] : [])))],
    ...(is('unknown') ? ['deployer doctor'] : []),
    ...(resources.some(({ differs }) => differs) ? ['deployer plan', 'deployer apply'] : []),
  ].join(', ')
}
