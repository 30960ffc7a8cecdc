import { Command, Option } from 'clipanion'
import { FAULTS, type FaultCode } from '../../specs/fault.js'
import { type Attempt, attempt, fail, need } from '../../specs/fp.js'
import { ISSUES, type IssueCode } from '../../specs/issue.js'
import { nearest } from '../../specs/near.js'
import { BaseCommand } from '../command.js'
import { wrap } from '../render/text.js'

interface Explained {
  readonly code: string
  readonly of: 'environment file' | 'command'
  readonly explains: string
}

export class ExplainCommand extends BaseCommand {
  static override paths = [['explain']]
  static override usage = Command.Usage({
    category: 'Reference',
    description: 'say what the code of a message means',
    details: 'Without a code: all of them.',
    examples: [['What a message was about', '$0 explain LOCKED']],
  })

  code = Option.String({ name: 'CODE', required: false })

  override execute(): Promise<number> {
    return this.code === undefined
      ? this.finish(
          attempt(async () => ({ codes: ALL })),
          { text: ({ codes }) => codes.map(rendered).join('\n') },
        )
      : this.finish(explained(this.code), { text: rendered })
  }
}

const ALL: ReadonlyArray<Explained> = [
  ...(Object.keys(ISSUES) as IssueCode[]).map(code => ({ code, of: 'environment file' as const, explains: ISSUES[code] })),
  ...(Object.keys(FAULTS) as FaultCode[]).map(code => ({ code, of: 'command' as const, explains: FAULTS[code].explains })),
]

const explained = (asked: string): Attempt<Explained> =>
  attempt(async () => {
    const code = asked.toUpperCase()
    const near = nearest(
      code,
      ALL.map(one => one.code),
    )
    return ALL.find(one => one.code === code) ?? need(fail({ code: 'CODE_UNKNOWN', asked, near }))
  })

const rendered = ({ code, explains }: Explained): string =>
  `${code}\n${wrap(explains, 76)
    .map(line => `  ${line}\n`)
    .join('')}`
