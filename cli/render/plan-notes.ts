import type { Danger, Drift, Pin, Plan } from '../../engine/plan-value.js'
import { type Line, line } from './color.js'
import { columnsOf, isWhole, type Look, type Told } from './look.js'
import { arrow, clean, ellipsis, hang, prose, upTo, wrap } from './text.js'
import { allWord, countWord } from './words.js'

/** Where what a label names begins. */
export const LABEL = 27
const FOREIGN = 5
const NAMED = 8

const WORD = 14
export const dangers = (plan: Plan, look: Look): ReadonlyArray<Line> => {
  const column = WORD + plan.dangers.reduce((most, danger) => Math.max(most, (danger.addr?.length ?? 0) + 2), WORD)
  return plan.dangers.flatMap(danger => {
    const texts = hang(dangerHead(danger, column), prose(danger.says, look), columnsOf(look))
    return texts.map((text, at) => (at === 0 ? line(text, 'danger', 2 + danger.word.length) : line(text)))
  })
}
const dangerHead = ({ word, addr }: Danger, column: number): string => {
  const head = upTo(`! ${word}`, WORD)
  return addr === undefined ? head : upTo(head + clean(addr), column)
}

const note = (text: string, look: Look): ReadonlyArray<Line> => wrap(text, columnsOf(look)).map(one => line(one))

export const predictions = (plan: Plan, look: Look): ReadonlyArray<Line> => {
  const predicted = plan.tasks.filter(task => task.predicted)
  if (predicted.length === 0) return []
  if (plan.stopped) return note("Predicted from the file: the host can't be asked before it runs.", look)
  if (plan.host === undefined) return note("Predicted from the file: the host can't be asked before it exists.", look)
  const names = predicted.length > NAMED ? `${predicted.length} tasks` : predicted.map(task => clean(task.addr)).join(', ')
  return note(`Predicted from the file: ${names}, since what ${isOne(predicted) ? 'it needs' : 'they need'} is not there yet.`, look)
}

export const goneNote = ({ vanished, given }: Plan, look: Look): ReadonlyArray<Line> => {
  if (vanished.length === 0) return []
  const names = vanished.map(clean)
  return given
    ? note(`Nothing on the server belongs to ${allWord(names)} any more, so ${isOne(names) ? 'it is' : 'they are'} only forgotten.`, look)
    : note(`Gone already: ${names.join(', ')}. apply forgets ${isOne(names) ? 'it' : 'them'}.`, look)
}

export const notHandled = ({ unhandled, unreached = [] }: Plan, look: Look): ReadonlyArray<Line> =>
  unhandled.length === 0
    ? []
    : note(
        `Not handled by this version yet: ${unhandled.map(clean).join(', ')}. ${isOne(unhandled) ? 'It is' : 'They are'} checked, and left alone.${unreachedWords(unreached)}`,
        look,
      )

/** Made, and of no use to anybody so far. */
export const unreachedWords = (names: ReadonlyArray<string> = []): string =>
  names.length === 0 ? '' : ` Until then nobody reaches ${allWord(names.map(clean))}: only Caddy leads there.`

export const unmetNote = ({ unmet = [] }: Plan, look: Look): ReadonlyArray<Line> =>
  unmet.flatMap(({ addr, says }) => note(`${clean(addr)}: ${says}.`, look))

export const overrides = ({ overrides }: Plan, look: Look): ReadonlyArray<Line> =>
  overrides.length === 0 ? [] : note(`Overrides, stronger than the file: ${overrides.map(clean).join(', ')}.`, look)

export const unfinishedNote = ({ unfinished }: Plan, look: Look): ReadonlyArray<Line> =>
  unfinished === undefined ? [] : note(`The last ${clean(unfinished.command)} did not end. This plan goes on from what it left.`, look)

export const underWayNote = ({ underWay }: Told, look: Look): ReadonlyArray<Line> =>
  underWay === undefined
    ? []
    : note(
        `deployer ${clean(underWay.command)} by ${clean(`${underWay.user}@${underWay.host}`)} is under way: this is what was seen in the middle of it. Look again when it has ended.`,
        look,
      )

export const readBackNote = ({ readBack = [] }: Plan, look: Look): ReadonlyArray<Line> =>
  readBack.length === 0
    ? []
    : note(
        `Not in the state, and read back from the host: ${readBack.map(clean).join(', ')}. An apply keeps ${isOne(readBack) ? 'it' : 'them'} sealed.`,
        look,
      )

export const formerlyNote = ({ formerly }: Plan, look: Look): ReadonlyArray<Line> =>
  formerly === undefined
    ? []
    : note(
        `This file was ${clean(formerly.environment)} before, and what was made under that name still stands: ${countWord(formerly.resources, 'resource')}. It is no part of this plan. To take it down, give the file its old name again and run deployer destroy.`,
        look,
      )

export const busyNote = ({ busy }: Plan, look: Look): ReadonlyArray<Line> =>
  busy.length === 0
    ? []
    : note(`Still at work on the host: ${allWord(busy.map(clean))}. apply waits for ${isOne(busy) ? 'it' : 'them'}.`, look)

const isOne = (list: ReadonlyArray<unknown>): boolean => list.length === 1

const FATES: { readonly [F in Drift['fate']]: string } = {
  'put back': 'put back above',
  overwritten: 'overwritten above',
  'left alone': 'left alone',
}

export const drift = (plan: Plan, look: Look): ReadonlyArray<Line> => {
  const foreign = plan.drift.filter(one => one.fate === 'left alone')
  const hidden = isWhole(look) || look.drift ? [] : foreign.slice(FOREIGN)
  const listed = plan.drift.filter(one => !hidden.includes(one))
  if (listed.length === 0) return []
  return [
    line('Changed outside of deployer since its last run:'),
    ...listed.map(({ addr, says, fate }) => line(`${upTo(`  ${clean(addr)}`, LABEL)}${prose(says, look)}: ${FATES[fate]}`)),
    ...(hidden.length === 0 ? [] : [line(`  ${ellipsis(look)} ${hidden.length} more left alone; all with --drift`)]),
  ]
}

/** What the lock file gets; `commit`: has got. Whoever asked for newer images is told that there are none. */
export const pinned = ({ pins = [] }: Plan, look: Look, { commit, flags = [] }: Told): ReadonlyArray<Line> => {
  if (pins.length === 0) return flags.includes('--upgrade') ? [line('No image is newer than what is pinned.')] : []
  const head = commit === undefined ? 'To be pinned:' : 'Pinned:'
  return pins.map((pin, at) => line(upTo(at === 0 ? head : '', LABEL) + pinWord(pin, look)))
}

const pinWord = ({ image, digest, was }: Pin, look: Look): string => {
  if (digest === undefined) return `${clean(image)}, but nobody could say to what`
  const from = was === undefined ? clean(image) : `${clean(image)}  ${digestWord(was, look)}`
  return `${from} ${arrow(look)} ${digestWord(digest, look)}`
}

const digestWord = (digest: string, look: Look): string =>
  isWhole(look) ? clean(digest) : clean(digest).replace(/^(sha256:.{8}).*(.{4})$/, `$1${ellipsis(look)}$2`)

/** What says more than a port stands on a line of its own. */
export const reachable = (plan: Plan, look: Look): ReadonlyArray<Line> => {
  if (plan.reachable.length === 0) return []
  const ports = plan.reachable.filter(one => !one.includes(' ')).map(clean)
  const head = upTo('Reachable from outside:', LABEL)
  const rows = wrap(ports.join(' '), Math.floor((columnsOf(look) - LABEL) * 0.8)).map(row => row.split(' ').join('  '))
  const others = plan.reachable.filter(one => one.includes(' ')).map(one => prose(one, look))
  return [...rows, ...others].filter(row => row !== '').map((row, at) => line((at === 0 ? head : ' '.repeat(LABEL)) + row))
}
