import { bySource, type Fault, hintOf, saysOf } from '../../specs/fault.js'
import type { Issue } from '../../specs/issue.js'
import { renderIssue } from '../../specs/issue-text.js'
import { type Line, line, show } from './color.js'
import { columnsOf, type Look } from './look.js'
import { clean, cleanCode, ellipsis, prose, wrap } from './text.js'
import { countWord } from './words.js'

/** `error: CODE: sentence`, what the host said, and what to do; of an invalid file every problem at its place. */
export const renderFault = (fault: Fault, look: Look): string => show(faultLines(fault, look), look)

/** Every problem of a file, and how many there are. */
export const renderIssues = (issues: ReadonlyArray<Issue>, look: Look): string =>
  show(
    issues.flatMap(issue => issueLines(issue, look)),
    look,
  )

/** The result of `validate`: all problems, and the line that counts them. */
export const renderProblems = (file: string, issues: ReadonlyArray<Issue>, look: Look): string =>
  show(problemLines(file, issues, look), look)

/** A line that fills a terminal breaks on some. */
const widthOf = (look: Look): number => Math.min(80, columnsOf(look)) - 1

const issueLines = (issue: Issue, look: Look): ReadonlyArray<Line> =>
  renderIssue(issue, { width: widthOf(look) })
    .split('\n')
    .map((text, at) => (at === 0 ? line(cleanCode(text), issue.level === 'error' ? 'bad' : 'update') : line(cleanCode(text))))

const problemLines = (file: string, issues: ReadonlyArray<Issue>, look: Look): ReadonlyArray<Line> => {
  const [[, about] = ['', []], ...others] = bySource(file, issues)
  const sayingOf = (name: string, some: ReadonlyArray<Issue>): string => `${clean(name)}: ${sumsOf(some)}.`
  const variables = others.map(([name, some]) => sayingOf(name, some))
  const own = about.length === 0 && others.length > 0 ? [] : [sayingOf(file, about)]
  const end = [...own, ...(issues.length === 0 ? [] : ['deployer explain CODE tells more.'])].join(' ')
  return [
    ...issues.flatMap(issue => issueLines(issue, look)),
    ...(issues.length === 0 ? [] : [line('')]),
    ...variables.map(says => line(says)),
    ...(look.terminal ? wrap(end, widthOf(look)) : [end]).map(text => line(text)),
  ]
}

const sumsOf = (issues: ReadonlyArray<Issue>): string => {
  const errors = issues.filter(({ level }) => level === 'error').length
  return `${countWord(errors, 'error')}, ${countWord(issues.length - errors, 'warning')}`
}

/** `about`: whose fault it is, where its sentence doesn't say. */
export const faultLines = (fault: Fault, look: Look, about?: string): ReadonlyArray<Line> => {
  if (fault.code === 'SPEC_INVALID') return problemLines(fault.file, fault.issues, look)
  if (fault.code === 'RUN_INCOMPLETE' && fault.first !== undefined)
    return [...faultLines(fault.first, look), ...faultLines(withoutFirst(fault), look)]
  if (fault.code === 'DECLINED') return calmly(saysOf(fault), look)
  const { says, output } = partsOf(fault)
  const subject = about === undefined || says.includes(about) ? '' : `${about}: `
  const head = headOf(fault)
  return [
    ...broken(`${head} ${subject}${says}`, '', look).map((text, at) => (at === 0 ? line(text, 'bad', head.length) : line(text))),
    ...excerptOf(output, look).map(text => line(`  | ${prose(text, look)}`.trimEnd())),
    ...hintOf(fault)
      .split('\n')
      .filter(text => text !== '')
      .flatMap(text => broken(text, '  ', look).map(one => line(one))),
  ]
}

/** With its place in the file, where it is about something there. */
const headOf = (fault: Fault): string => {
  if (!('place' in fault) || !('path' in fault) || fault.place === undefined || fault.path === undefined) return `error: ${fault.code}:`
  const { file, line: row, col } = fault.place
  return `${clean(file)}:${row}:${col}: error: ${fault.code} at ${fault.path.join('.')}:`
}

/** Who says no is told that it was heard. */
const calmly = (says: string, look: Look): ReadonlyArray<Line> =>
  broken(`${says.charAt(0).toUpperCase()}${says.slice(1)}.`, '', look).map(text => line(text))

/** On a terminal between words; elsewhere a line stays one. */
const broken = (text: string, indent: string, look: Look): ReadonlyArray<string> => {
  const whole = prose(text, look)
  const texts = look.terminal ? wrap(whole, columnsOf(look) - 2) : [whole]
  return texts.map((one, at) => (at === 0 ? indent : '  ') + one)
}

const withoutFirst = ({ first: _, ...rest }: Extract<Fault, { code: 'RUN_INCOMPLETE' }>): Fault => rest

/** The sentence on one line; what a host or a command said stands below it. */
const partsOf = (fault: Fault): { readonly says: string; readonly output: ReadonlyArray<string> } => {
  const output = fault.code === 'STEP_FAILED' ? fault.output : ''
  if (fault.code === 'STEP_FAILED' && output.trim().includes('\n'))
    return { says: saysOf({ ...fault, output: '' }), output: output.split('\n') }
  const [says = '', ...more] = saysOf(fault).trimEnd().split('\n')
  return { says, output: more }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours of the command that failed.
const COLORS = /\u001b\[[0-9;?]*[A-Za-z]/g
const EXCERPT = 8

/** Its colours, empty lines and repeats say nothing. The last lines do: they tell why it ended. */
const excerptOf = (output: ReadonlyArray<string>, look: Look): ReadonlyArray<string> => {
  const lines = output
    .map(text => text.replace(COLORS, '').trimEnd())
    .filter((text, at, all) => text !== '' && text !== all[at - 1]?.replace(COLORS, '').trimEnd())
  return look.verbosity >= 1 || lines.length <= EXCERPT
    ? lines
    : [`${ellipsis(look)} ${lines.length - EXCERPT + 1} lines before, all with -v`, ...lines.slice(1 - EXCERPT)]
}
