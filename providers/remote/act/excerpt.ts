const LINES = 8

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours of whoever logs for a terminal.
const COLORS = /\u001b\[[0-9;?]*[A-Za-z]/g
const TIME = /^\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z| ?[+-]\d\d:?\d\d)?\]?:?\s+/
/** MySQL's number of a thread, Rust's name of one, and where Rust's registry had the source when it was built. */
const TRIMMED: ReadonlyArray<readonly [RegExp, string]> = [
  [COLORS, ''],
  [TIME, ''],
  [/^\d+ (?=\[(?:ERROR|Warning|System|Note)\])/, ''],
  [/^thread '[^']*'(?: \(\d+\))? panicked at /, 'panicked at '],
  [/(?<=panicked at )\/\S*\/(?=src\/\S+:\d+:\d+)/, ''],
]
const trimmed = (line: string): string => TRIMMED.reduce((left, [words, to]) => left.replace(words, to), line).trimEnd()

/** What a shell says of each command that it is about to do, frames of a stack, and how to see more of them. */
const NOISE: ReadonlyArray<RegExp> = [
  /^\++ /,
  /^note: (?:run with|Some details are omitted)/,
  /^stack backtrace:/,
  /^Traceback \(most recent call last\):/,
  /^\s+\d+: +(?:0x[0-9a-f]+ - )?\S+$/,
  /^\s+at /,
  /^ {2}File "/,
  /^goroutine \d+ \[/,
  /^\t\/\S+\.go:\d+/,
  /^(?:[\w.-]+\/)*[\w.-]+\.(?:\(\*?\w+\)\.)?\w+\([^)]*\)$/,
]
/** An indented line is one of a stack's only behind one. */
const INDENTED = /^ {4}\S/
const STACK = /^ {2}File "|^Traceback|^\s+at |^\s+\d+: /

const told = (lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  lines.filter((line, at) => {
    if (line.trim() === '') return false
    if (INDENTED.test(line) && !STACK.test(line)) return !STACK.test(lines[at - 1] ?? '')
    return !NOISE.some(noise => noise.test(line))
  })

const SAID_ERROR =
  /\b(?:ERROR|FATAL|CRITICAL|PANIC|panicked)\b|^(?:panic|fatal(?: error)?):|level=(?:error|fatal)|"level":"(?:error|fatal)"/
const SAID_LESS = /\b(?:INFO|DEBUG|TRACE|WARN|NOTICE)\b|\[(?:Note|System|Warning)\]|level=(?:info|debug|warn)/
const SOUNDS_WRONG =
  /\b(?:errors?|exception|failed|failure|fatal|cannot|can't|could not|unable|refused|denied|invalid|not found|no such)\b|Error:/i

const firstError = (lines: ReadonlyArray<string>): number => {
  const said = lines.findIndex(line => SAID_ERROR.test(line))
  return said >= 0 ? said : lines.findIndex(line => SOUNDS_WRONG.test(line) && !SAID_LESS.test(line))
}

/**
 * What of a container's log tells why it failed: from its first error on, at the last time that it came, without colours, times,
 * repeats and stacks; without an error the last that it said. Lines stay whole: half a secret could not be hidden any more.
 */
export const excerptOf = (log: string): ReadonlyArray<string> => {
  const lines = told(log.split('\n').map(trimmed))
  const first = firstError(lines)
  if (first < 0) return [...new Set(lines)].slice(-LINES)
  return [...new Set(lines.slice(lines.lastIndexOf(lines[first] ?? '')))].slice(0, LINES)
}
