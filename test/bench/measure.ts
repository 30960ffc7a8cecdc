import { spawn } from 'node:child_process'

export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: 's' | 'x' | 'MB' | 'transactions'
}

/** One process from its start to its end, with what it printed. */
export interface Timed {
  readonly seconds: number
  readonly stdout: string
}

export const timed = (argv: ReadonlyArray<string>): Promise<Timed> =>
  new Promise((settle, refuse) => {
    const began = performance.now()
    const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'pipe'] })
    const [out, err]: [string[], string[]] = [[], []]
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk.toString()))
    child.on('error', refuse)
    child.on('close', code => {
      const seconds = (performance.now() - began) / 1000
      if (code === 0) settle({ seconds, stdout: out.join('') })
      else refuse(new Error(`${argv.join(' ')} ended with ${code}\n${err.join('')}`))
    })
  })

export const median = (values: ReadonlyArray<number>): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const high = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? Number.NaN) + high) / 2
}

/** Whatever else the machine does only adds to what something takes. */
export const best = (values: ReadonlyArray<number>): number => Math.min(...values)

/** Three digits that count, never in powers of ten. */
export const renderValue = (value: number): string => {
  const digits = value >= 100 || Number.isInteger(value) ? 0 : 2 - Math.floor(Math.log10(Math.max(value, 0.001)))
  return value.toFixed(Math.min(Math.max(digits, 0), 3))
}

export const renderFigure = ({ name, value, unit }: Figure): string => `${name} ${renderValue(value)} ${unit}`
