import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Batch, Channel, Outcome, Provider, Reveal } from '../../../engine/channel.js'
import type { Addr, Claim, Held, Probe, Step, Text } from '../../../engine/contract.js'
import { digestOf } from '../../../engine/model/seal.js'
import { type SandboxOptions, sandbox } from '../../../providers/sandbox/index.js'
import { E } from '../../../specs/fp.js'

export const CANARY = 'canary-5d41-hunter2'

/** Every secret is the canary. */
export const reveal: Reveal = (text, salt) => async () => E.right(textOf(text, salt))
const textOf = (text: Text, salt: string): string =>
  typeof text === 'string'
    ? text
    : text
        .map(part =>
          typeof part === 'string'
            ? part
            : 'secret' in part
              ? CANARY
              : digestOf(part.digest.map(one => textOf(one, salt)).join('\0'), salt),
        )
        .join('')

export const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'deployer-sandbox-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}
process.setMaxListeners(0)

export const sandboxIn = (folder: string, options: Partial<SandboxOptions> = {}): Provider =>
  sandbox({ folder, environment: 'demo', now: () => 0, sleep: async () => {}, ...options })

export const hostOf = (provider: Provider, port = 22): Channel =>
  provider.connect({ addr: 'vm.main', name: 'm', seen: {} as never, login: { user: 'root', port } })

export type Given = Partial<Batch>
let run = 1
/** Each in a run of its own, unless it says otherwise. */
export const batch = (given: Given): Batch => ({
  environment: 'demo',
  addr: 'note.main',
  run: run++,
  fence: 1,
  claims: [],
  steps: [],
  releases: [],
  verify: [],
  ...given,
})
export const act = (channel: Channel, given: Given): Promise<Outcome> => channel.act(batch(given), reveal, () => {})

export const machine: Step = {
  do: 'machine create',
  via: 'provider',
  name: 'm',
  image: 'debian/13',
  cpus: 2,
  memory: 1024,
  disk: 2048,
  labels: {},
  userData: '',
  first: [],
  extra: {},
}
export const machineClaim: Claim = { what: 'machine', id: 'm', via: 'provider', hold: 'own' }

export const makeMachine = async (provider: Provider): Promise<Channel> => {
  await act(provider, { addr: 'vm.main', claims: [machineClaim], steps: [machine] })
  return hostOf(provider)
}

export const put = (path: string, content: Text): Step => ({
  do: 'put',
  via: 'vm.main',
  path,
  content,
  mode: '0644',
  owner: 'root',
  group: 'root',
})
export const install = (...packages: ReadonlyArray<string>): Step => ({ do: 'install', via: 'vm.main', packages, mutex: 'packages' })
export const fileClaim = (id: string, hold: Claim['hold'] = 'own'): Claim => ({ what: 'file', id, via: 'vm.main', hold })
export const packageClaim = (id: string): Claim => ({ what: 'package', id, via: 'vm.main', hold: 'share' })
export const fileProbe = (key: string, match?: Text): Probe => ({
  ask: 'file',
  key,
  via: 'vm.main',
  ...(match === undefined ? {} : { match }),
})

export const answer = async (channel: Channel, probe: Probe): Promise<unknown> => {
  const { answers } = await channel.look([probe], reveal)
  const [one] = answers
  return one?.is === 'present' ? one.value : one?.is === 'unasked' ? one.fault : undefined
}
export const contentAt = async (channel: Channel, path: string): Promise<unknown> =>
  ((await answer(channel, fileProbe(path))) as { readonly content?: string } | undefined)?.content
export const ledgerOf = async (channel: Channel): Promise<ReadonlyArray<Held>> => (await channel.look([], reveal)).ledger
export const restore = ({ what, id, via, before, kept }: Held): Step => ({
  do: 'restore',
  via,
  what,
  id,
  before,
  ...(kept === undefined ? {} : { kept }),
})
export const codeOf = (outcome: Outcome): string => (outcome.is === 'done' ? 'done' : `${outcome.is} ${outcome.fault.code}`)
export const by = (environment: string, addr: Addr) => ({ environment, addr })
