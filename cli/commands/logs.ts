import { StringDecoder } from 'node:string_decoder'
import { Command, Option } from 'clipanion'
import { byteMaskOf, maskOf } from '../../engine/mask.js'
import { type Attempt, attempt, fail, need } from '../../specs/fp.js'
import type { Json } from '../../specs/json.js'
import type { Guest } from '../at-host.js'
import { dockerLogs, entriesOf } from '../container-log.js'
import { HostCommand } from '../host-command.js'
import { type Entry, entriesIn, journalctl, withoutColors } from '../journal.js'
import { knownSecrets } from '../known-secrets.js'
import { Lines } from '../lines.js'
import { Masked } from '../masked.js'
import { cleanCode } from '../render/text.js'
import { containersOf, servicesOf, USUAL } from '../services.js'
import { sinceOf } from '../since.js'
import { usage } from '../usage.js'

interface Logged {
  readonly code: number
  /** Only for JSON; otherwise it went by as it came. */
  readonly entries: ReadonlyArray<Entry>
}

export class LogsCommand extends HostCommand {
  static override paths = [['logs']]
  static override usage = Command.Usage({
    category: 'Host',
    description: 'show what the services of the machine have logged',
    details:
      'SERVICE is tracker, mysql or a service of your own; or docker, ssh, unattended-upgrades or deployer (what runs did there), which host has all of, mixed by time. Without it: tracker. The last 100 lines, unless told. Secrets of the environment are hidden in them.',
    examples: [
      ['What the tracker says', '$0 logs'],
      ['The host itself', '$0 logs host'],
      ['What Docker says, as it comes', '$0 logs docker -f'],
      ['Who logged in within two hours', '$0 logs ssh --since 2h'],
    ],
  })

  override flag = Option.String('--file', { description: 'The environment FILE, when it is not here or in a folder above.' })
  service = Option.String({ name: 'SERVICE', required: false })
  follow = Option.Boolean('-f,--follow', false, { description: 'Go on with what comes, until Ctrl-C.' })
  lines = Option.String('-n,--lines', { description: 'The last NUMBER of lines.' })
  since = Option.String('--since', { description: 'From TIME on: 30m, 2h, 3d, today, yesterday, 14:30 or "2026-03-31 14:30".' })

  override execute(): Promise<number> {
    return this.finish(this.logs(), {
      text: () => '',
      json: ({ entries }) => ({ entries }) as unknown as Json,
      exit: ({ code }) => code,
    })
  }

  private logs(): Attempt<Logged> {
    return attempt(async () => {
      const { json, follow, service = USUAL } = this
      if (/\.(ya?ml|toml|json)$/.test(service)) await need(fail(usage(`${service} is a file`, `deployer logs --file ${service}`)))
      if (json && follow) await need(fail(usage('--json is one object, and --follow has no end', LINE)))
      const lines = await need(this.count())
      const since = this.since === undefined ? undefined : need(sinceOf(this.since, LINE))
      let said: Buffer = Buffer.alloc(0)
      const shown = new Lines(line => this.answer(`${this.log.mask(cleanCode(withoutColors(line)))}\n`))
      const decoder = new StringDecoder('utf8')
      const hear = (bytes: Buffer): void => {
        if (json) said = Buffer.concat([said, bytes])
        else if (this.context.isTerminal.stdout) shown.take(decoder.write(bytes))
        else this.context.stdout.write(bytes)
      }
      let heard = false
      let readAs: (text: string) => ReadonlyArray<Entry> = entriesIn
      const code = await need(
        this.atHost(async guest => {
          const { environment, fragments } = guest.opened
          const containers = containersOf(environment, fragments)
          const wanted = { follow, since, json, lines }
          const masked = new Masked(byteMaskOf(await this.hidden(guest)), bytes => {
            heard = true
            hear(bytes)
          })
          const isContainer = containers.includes(service)
          if (isContainer) readAs = text => entriesOf(text, service)
          const argv = isContainer
            ? dockerLogs({ project: environment.name, service }, wanted)
            : journalctl({ ...wanted, services: need(servicesOf(service, containers)) })
          const code = await need(this.run(guest, argv, { root: true, take: { stdout: bytes => masked.take(bytes) } }))
          masked.end()
          return code
        }),
      )
      shown.end()
      if (code === 0 && !heard) this.note('Nothing is logged.\n')
      return { code, entries: json && code === 0 ? readAs(said.toString('utf8')) : [] }
    })
  }

  /** What services say may have any secret in it. */
  private async hidden({ opened }: Guest): Promise<ReadonlyArray<string>> {
    const { values, missing } = await need(knownSecrets(opened, this.context))
    this.log.hide(maskOf(values))
    if (missing.length > 0) this.note(`Not hidden in what follows, since it cannot be had here: ${missing.join(', ')}.\n`)
    return values
  }

  private count(): Attempt<number | undefined> {
    return attempt(async () => {
      if (this.lines === undefined) return undefined
      return /^\d{1,9}$/.test(this.lines) ? Number(this.lines) : need(fail(usage(`${this.lines} is no number of lines`, LINE)))
    })
  }
}

const LINE = 'deployer logs [OPTIONS] [SERVICE]'
