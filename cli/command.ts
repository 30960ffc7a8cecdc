import { Command, Option } from 'clipanion'
import type { Fault } from '../specs/fault.js'
import { type Attempt, E } from '../specs/fp.js'
import type { Issue } from '../specs/issue.js'
import { renderIssue } from '../specs/issue-text.js'
import type { Json } from '../specs/json.js'
import type { Context } from './context.js'
import { envelope } from './envelope.js'
import { exitOf } from './exit.js'
import type { Log } from './log.js'
import { type Look, lookOf, USUAL, type Wanted } from './look.js'

/** How what a command came to is shown. */
export interface Shown<A> {
  /** The result, for people. Empty: nothing is written. */
  readonly text: (value: A, look: Look) => string | Promise<string>
  /** The result, for programs; the value itself unless told. */
  readonly json?: (value: A) => Json
  /** What went wrong although there is a result. */
  readonly fault?: (value: A) => Fault | undefined
  /** Whether the text says what went wrong. */
  readonly tells?: (value: A) => boolean
  readonly exit?: (value: A) => number
}

/** What all commands have in common: the envelope, the exit code, and who gets told what. */
export abstract class BaseCommand extends Command<Context> {
  json = Option.Boolean('--json', false, { description: 'Write one JSON object, in success and failure alike.' })
  quiet = Option.Boolean('-q,--quiet', false, { description: 'Only the result: no warnings, no progress.' })

  /** Set by whoever runs the command. */
  log!: Log
  protected readonly warnings: Array<Issue> = []
  protected get wanted(): Wanted {
    return { ...USUAL, verbosity: this.quiet ? -1 : 0 }
  }

  /** Of what turns out on the way: a person is told before what comes of it. */
  protected readonly warn = (issue: Issue): void => {
    if (this.json) this.warnings.push(issue)
    else this.note(`${renderIssue(issue)}\n`)
  }

  /** As typed: `state list`. */
  get words(): string {
    return this.path.join(' ')
  }

  protected async finish<A>(attempt: Attempt<A>, shown: Shown<A>): Promise<number> {
    const ended = await attempt()
    if (E.isLeft(ended)) return this.fail(ended.left)
    const value = ended.right
    const fault = shown.fault?.(value)
    if (this.json) {
      const result = shown.json === undefined ? (value as Json) : shown.json(value)
      this.answer(envelope({ command: this.words, result, fault, warnings: this.warnings }, this.log.mask))
    } else {
      await this.tellWarnings()
      this.answer(this.log.mask(await shown.text(value, this.look('stdout'))))
      if (fault !== undefined && shown.tells?.(value) !== true) await this.tell(fault)
    }
    if (fault !== undefined) this.log.write(`fault ${JSON.stringify(fault)}`)
    return fault === undefined ? (shown.exit?.(value) ?? 0) : exitOf(fault)
  }

  async fail(fault: Fault): Promise<number> {
    this.log.write(`fault ${JSON.stringify(fault)}`)
    if (this.json) this.answer(envelope({ command: this.words, fault, warnings: this.warnings }, this.log.mask))
    else {
      await this.tellWarnings()
      await this.tell(fault)
    }
    return exitOf(fault)
  }

  /** Programs that read JSON are asked nothing. */
  protected get asking(): Context {
    return this.json ? { ...this.context, isTerminal: { stdin: false, stdout: false, stderr: false } } : this.context
  }

  protected look(stream: 'stdout' | 'stderr'): Look {
    return lookOf(this.context, stream, this.wanted)
  }

  protected answer(text: string): void {
    if (text !== '') this.context.stdout.write(text)
  }

  /** To whoever watches; a program that reads JSON and `-q` get none of it. */
  protected note(text: string): void {
    if (!this.json && !this.quiet && text !== '') this.context.stderr.write(this.log.mask(text))
  }

  private async tell(fault: Fault): Promise<void> {
    const { renderFault } = await import('./render/fault.js')
    this.context.stderr.write(this.log.mask(renderFault(fault, this.look('stderr'))))
  }

  private async tellWarnings(): Promise<void> {
    if (this.quiet || this.warnings.length === 0) return
    const { renderIssues } = await import('./render/fault.js')
    this.note(renderIssues(this.warnings, this.look('stderr')))
  }
}
