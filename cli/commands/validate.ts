import { Command } from 'clipanion'
import type { Fault } from '../../specs/fault.js'
import { type Attempt, attempt, E, need } from '../../specs/fp.js'
import type { Issue } from '../../specs/issue.js'
import { fileOf, openEnvironment, shownFile } from '../environment.js'
import { EnvironmentCommand } from '../file-command.js'
import { renderProblems } from '../render/fault.js'

interface Checked {
  readonly file: string
  readonly issues: ReadonlyArray<Issue>
  readonly fault?: Fault
}

export class ValidateCommand extends EnvironmentCommand {
  static override paths = [['validate']]
  static override usage = Command.Usage({
    category: 'Environment',
    description: 'check the environment file and list every problem',
    details: 'Reads the file, all that it extends, and DEPLOYER__ variables. Asks no host and needs no secret.',
    examples: [
      ['The environment in this folder', '$0 validate'],
      ['Another file, for an editor or a pipeline', '$0 validate prod.yaml --json'],
    ],
  })

  /** Problems are the result here, so they go to stdout, warnings included. */
  override execute(): Promise<number> {
    return this.finish(this.checked(), {
      text: ({ file, issues }, look) => renderProblems(file, this.quiet ? issues.filter(({ level }) => level === 'error') : issues, look),
      json: ({ file, issues }) => ({ file, errors: count(issues, 'error'), warnings: count(issues, 'warning') }),
      fault: ({ fault }) => fault,
      tells: () => true,
    })
  }

  private checked(): Attempt<Checked> {
    return attempt(async () => {
      const typed = await need(this.typed)
      const file = shownFile(this.context, await need(fileOf(this.context, typed)))
      const opened = await openEnvironment(this.context, typed)()
      if (E.isLeft(opened)) {
        const fault = opened.left
        return fault.code === 'SPEC_INVALID' ? { file, issues: fault.issues, fault } : need(opened)
      }
      const issues = [...opened.right.missing, ...opened.right.warnings]
      if (this.json) this.warnings.push(...issues)
      return { file, issues }
    })
  }
}

const count = (issues: ReadonlyArray<Issue>, level: Issue['level']): number => issues.filter(issue => issue.level === level).length
