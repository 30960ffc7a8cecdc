import type { Fault } from '../specs/fault.js'
import { type Attempt, attempt, fail, need } from '../specs/fp.js'
import type { Context } from './context.js'

export interface Question {
  /** With what is expected: `Make these 5 changes to demo? [y/N]`. */
  readonly says: string
  /** What to write on the command line instead. */
  readonly flag: string
  readonly accepts: (answer: string) => boolean
  /** What any other answer means, where that isn't plain. */
  readonly otherwise?: (answer: string) => string
}

/** Asks a person; anything but the right answer is no. Without a terminal on both ends nobody is asked. */
export const ask = (context: Context, question: Question, stop: AbortSignal): Attempt<void> =>
  attempt(async () => {
    const { says, flag, accepts, otherwise } = question
    const plain = says.replace(/ \[y\/N\]$/, '').replace(/:$/, '')
    if (!context.isTerminal.stdin || !context.isTerminal.stderr) await need(fail({ code: 'ANSWER_NEEDED', question: plain, flag }))
    await context.forgetTyped()
    context.stderr.write(`${says} `)
    const answer = await lineOf(context, stop)
    if (answer === undefined) context.stderr.write('\n')
    if (answer === undefined || !accepts(answer.trim())) await need(fail(declined(plain, otherwise?.((answer ?? '').trim()))))
    context.stderr.write('\n')
  })

export const isYes = (answer: string): boolean => /^y(es)?$/i.test(answer)

const declined = (question: string, why: string | undefined): Fault => ({
  code: 'DECLINED',
  question,
  ...(why === undefined ? {} : { why }),
})

/** One line; undefined: the input ended, or waiting was stopped. */
const lineOf = ({ stdin }: Context, stop: AbortSignal): Promise<string | undefined> =>
  new Promise(resolve => {
    let text = ''
    const done = (line: string | undefined): void => {
      stdin.off('data', onData)
      stdin.off('end', onEnd)
      stop.removeEventListener('abort', onEnd)
      stdin.pause()
      resolve(line)
    }
    const onEnd = (): void => done(undefined)
    const onData = (chunk: Buffer | string): void => {
      text += String(chunk)
      const end = text.indexOf('\n')
      if (end >= 0) done(text.slice(0, end))
    }
    if (stop.aborted) return resolve(undefined)
    stdin.on('data', onData)
    stdin.on('end', onEnd)
    stop.addEventListener('abort', onEnd)
    stdin.resume()
  })
