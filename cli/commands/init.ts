import { readdir, writeFile } from 'node:fs/promises'
import { dirname, extname, resolve } from 'node:path'
import { Command, Option } from 'clipanion'
import type { Fault } from '../../specs/fault.js'
import { type Attempt, attempt, E, fail, need } from '../../specs/fp.js'
import type { Json } from '../../specs/json.js'
import { nearest } from '../../specs/near.js'
import { BaseCommand } from '../command.js'
import type { Finding } from '../doctor/check.js'
import { openEnvironment } from '../environment.js'
import { type First, firstFile, isDefaultName, serverIn } from '../first-file.js'
import type { Look } from '../look.js'
import { freeName, namesBeside } from '../names.js'
import { say } from '../render/text.js'
import { unwritable } from '../unwritable.js'
import { usage } from '../usage.js'

interface Written {
  readonly file: string
  readonly name: string
  readonly provider: string
  /** Whether this version can apply it. */
  readonly ready: boolean
  /** What this computer lacks for it. */
  readonly missing: ReadonlyArray<Finding>
}

export class InitCommand extends BaseCommand {
  static override paths = [['init']]
  static override usage = Command.Usage({
    category: 'Environment',
    description: 'write a first environment file',
    details:
      'PROVIDER is sandbox (the default: simulated, nothing real happens), lxd, hetzner, or ssh with the HOST of a server. A file that is there is never overwritten.',
    examples: [
      ['To try it', '$0 init'],
      ['A server that exists', '$0 init ssh tracker.example.com'],
    ],
  })

  provider = Option.String({ name: 'PROVIDER', required: false })
  host = Option.String({ name: 'HOST', required: false })
  file = Option.String('-f,--file', 'environment.yaml', { description: 'Write this FILE instead of environment.yaml.' })
  name = Option.String('--name', { description: 'The NAME of the environment: demo, or demo2 and so on beside another.' })

  override execute(): Promise<number> {
    return this.finish(this.write(), {
      text: (written, look) => rendered(written, look),
      json: written => ({ ...written }) as unknown as Json,
    })
  }

  private write(): Attempt<Written> {
    return attempt(async () => {
      const file = resolve(this.context.cwd, this.file)
      const taken = await namesBeside(this.context, file)
      const first = await need(firstOf(this.provider ?? 'sandbox', this.host, this.name ?? freeName(taken)))
      const by = this.name === undefined ? undefined : taken.get(this.name)
      if (by !== undefined) await need(fail({ code: 'STATE_NAME_TAKEN', environment: first.name, file: this.file, by }))
      if (!/^\.ya?ml$/.test(extname(file)))
        await need(fail(usage(`init writes YAML, and ${this.file} does not end in .yaml or .yml`, LINE)))
      if (isDefaultName(file)) await need(alone(dirname(file)))
      await need(created(file, this.file, firstFile(first)))
      const ready = first.provider !== 'hetzner'
      return { file: this.file, name: first.name, provider: first.provider, ready, missing: ready ? await this.missing(file) : [] }
    })
  }

  /** In the words of `doctor`: what is wanted of this computer, the file that was written says. */
  private async missing(file: string): Promise<ReadonlyArray<Finding>> {
    const opened = await openEnvironment(this.context, file)()
    if (E.isLeft(opened)) return []
    const { provider, ssh } = opened.right.environment
    if (provider.kind === 'sandbox') return []
    const [{ examined }, { COMPUTER, computerOf }] = await Promise.all([import('../doctor/check.js'), import('../doctor/computer.js')])
    const findings = await examined(COMPUTER, computerOf(this.context, provider, ssh.key))
    return findings.filter(({ level }) => level !== 'ok')
  }
}

const LINE = 'deployer init [sandbox|lxd|hetzner|ssh HOST] [-f FILE] [--name NAME]'
const PROVIDERS = ['sandbox', 'lxd', 'hetzner', 'ssh'] as const

const firstOf = (asked: string, host: string | undefined, name: string): Attempt<First> =>
  attempt(async () => {
    if (!/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/.test(name))
      await need(fail(usage(`${name} cannot be a name: a-z, 0-9 and dashes inside, at most 40`, LINE)))
    const provider = PROVIDERS.find(one => one === asked)
    if (provider === undefined) {
      const near = nearest(asked, PROVIDERS)
      return need(fail(usage(`there is no provider ${asked}${near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`}`, LINE)))
    }
    if (provider !== 'ssh') return host === undefined ? { provider, name } : need(fail(usage(`${provider} takes no host`, LINE)))
    if (host === undefined) return need(fail(usage('ssh wants the name or the address of the server', 'deployer init ssh HOST')))
    const server = serverIn(host)
    return server === undefined
      ? need(fail(usage(`${host} is no server; expected one such as tracker.example.com or ann@192.0.2.10:2222`, 'deployer init ssh HOST')))
      : { provider, name, ...server }
  })

/** Two environment files of one folder would leave open which is meant. */
const alone = (folder: string): Attempt<void> =>
  attempt(async () => {
    const there = (await readdir(folder).catch(() => [])).find(isDefaultName)
    if (there !== undefined) need(fail({ code: 'FILE_EXISTS', file: there }))
  })

const created = (file: string, typed: string, text: string): Attempt<void> =>
  attempt(async () => {
    try {
      await writeFile(file, text, { flag: 'wx' })
    } catch (cause) {
      await need(fail(faultOf(typed, cause as NodeJS.ErrnoException)))
    }
  })

const faultOf = (file: string, cause: NodeJS.ErrnoException): Fault =>
  cause.code === 'EEXIST' ? { code: 'FILE_EXISTS', file } : unwritable(file, cause)

const rendered = ({ file, name, provider, ready, missing }: Written, look: Look): string => {
  const wrote = `Wrote ${file}: ${name} on ${provider}`
  if (look.verbosity < 0) return `${wrote}.\n`
  const arg = file === 'environment.yaml' ? '' : ` ${file}`
  const lines = ready
    ? [...say('', provider === 'sandbox' ? `${wrote}, where nothing real happens.` : `${wrote}.`, look), '', ...leading(arg, missing, look)]
    : [
        `${wrote}.`,
        '',
        ...say('', `This version checks such a file, but cannot reach machines of ${provider} yet.`, look),
        '',
        `  deployer validate${arg}`,
        '',
        'The rest, on a simulated host:',
        '',
        '  deployer init sandbox -f try.yaml',
        '  deployer plan try.yaml',
      ]
  return lines.map(text => `${text}\n`).join('')
}

const leading = (arg: string, missing: ReadonlyArray<Finding>, look: Look): ReadonlyArray<string> => {
  const row = (command: string, says: string): ReadonlyArray<string> =>
    say(`  deployer ${`${command}${arg}`.padEnd(8 + arg.length)}  `, says, look)
  const first = missing.flatMap(({ says, fix = '' }) => [
    ...say('  ', says, look),
    ...fix.split('\n').flatMap(one => say('    ', one, look)),
  ])
  return [
    ...(missing.length === 0 ? [] : ['First, on this computer:', '', ...first, '', 'Then:', '']),
    ...(missing.length === 0 ? [] : row('doctor', 'see whether all is there')),
    ...row('plan', 'see what would change; changes nothing'),
    ...row('apply', 'see it, agree, have it done'),
  ]
}
