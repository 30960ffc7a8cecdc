import { resolve } from 'node:path'
import { Command, Option } from 'clipanion'
import { onPaper } from '../../engine/plan/paper.js'
import { revealer } from '../../engine/reveal.js'
import { kinds } from '../../resources/registry.js'
import { type Attempt, attempt, fail, need } from '../../specs/fp.js'
import { type Artifact, artifactsOf, withoutSecrets, writeArtifacts } from '../artifacts.js'
import { openEnvironment, shownFile } from '../environment.js'
import { EnvironmentCommand } from '../file-command.js'
import { wishAsLocked } from '../pins.js'
import { countWord } from '../render/words.js'
import { lookupOf } from '../secrets.js'
import { writeState } from '../state.js'
import { usage } from '../usage.js'

interface Rendered {
  readonly folder: string
  readonly files: ReadonlyArray<Omit<Artifact, 'content'>>
  readonly secrets: boolean
}

export class RenderCommand extends EnvironmentCommand {
  static override paths = [['render']]
  static override usage = Command.Usage({
    category: 'Environment',
    description: 'write every file that apply would write, to deploy by hand',
    details:
      'Files stand below FOLDER/host at their paths on the host, STEPS.md says what else is done. Nothing is asked of a host, and the same ' +
      'file gives the same bytes. Secrets are only named, unless --secrets; those to be generated are then made and kept in the state.',
    examples: [
      ['To read', '$0 render --out rendered'],
      ['To use', '$0 render --out rendered --secrets'],
    ],
  })

  out = Option.String('--out', { description: 'The FOLDER to write to: a new one, an empty one, or one that render made.' })
  secrets = Option.Boolean('--secrets', false, { description: 'Write secrets in clear, in files that only you can read.' })

  override execute(): Promise<number> {
    return this.finish(this.render(), {
      text: ({ folder, files, secrets }) => {
        const held = files.filter(({ secret }) => secret).length
        const said = held === 0 ? '' : secrets ? `, ${held} with secrets in clear` : `, ${held} with secrets left out`
        return `${countWord(files.length, 'file')} in ${folder}${said}. Begin with ${folder}/STEPS.md.\n`
      },
    })
  }

  private render(): Attempt<Rendered> {
    return attempt(async () => {
      const { out } = this
      if (out === undefined) return need(fail(usage('render needs a folder to write to', 'deployer render --out FOLDER')))
      const opened = await need(openEnvironment(this.context, await need(this.typed)))
      this.warnings.push(...opened.warnings, ...opened.missing)
      const { folder } = opened
      const wish = need(wishAsLocked(this.context, opened))
      const artifacts = artifactsOf(wish.environment, need(onPaper(wish, kinds)))
      const target = resolve(this.context.cwd, out)
      if (this.secrets) {
        const store = need(writeState(this.context, folder))
        try {
          const { environment } = wish
          const { reveal } = revealer(
            lookupOf(opened, this.context, (name, length, version) => store.secrets.generated({ environment, name, length, version })),
          )
          await need(writeArtifacts(target, artifacts, ({ content }) => need(reveal(content, ''))))
        } finally {
          store.close()
        }
      } else await need(writeArtifacts(target, artifacts, withoutSecrets))
      const files = artifacts.map(({ content: _, ...file }) => file)
      return { folder: shownFile(this.context, target), files, secrets: this.secrets }
    })
  }
}
