import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Channel } from '../../engine/channel.js'
import type { Step } from '../../engine/contract.js'
import { sandbox } from '../../providers/sandbox/index.js'
import { E } from '../../specs/fp.js'
import { RELEASED, type World } from './run.js'

export const DEBIANS = ['13', '12'] as const
export type Debian = (typeof DEBIANS)[number]
/** What a fixture calls the host, whatever it was called that day, and the key that the operator had. */
export const HOST = 'lab-host'
export const OPERATOR = 'ssh-ed25519 AAAA operator'
/** Whom every lab host lets in. */
export const USER = 'lab'

const born = (debian: Debian): Step => ({
  do: 'machine create',
  via: 'provider',
  name: HOST,
  image: `debian/${debian}`,
  cpus: 1,
  memory: 1024,
  disk: 1024,
  labels: {},
  userData: '',
  first: [{ ask: 'user', key: USER, to: { shell: '/bin/bash', groups: [], sudo: true, keys: [OPERATOR] } }],
  extra: {},
})

const waits = (step: object): boolean => JSON.stringify(step).includes(RELEASED)

export type SandboxWorld = World & { readonly close: () => Promise<void> }

/** A model of a fresh lab host, whose time goes only when it is told to. */
export const sandboxWorld = async (debian: Debian): Promise<SandboxWorld> => {
  const folder = mkdtempSync(join(tmpdir(), 'deployer-conformance-'))
  let now = 0
  let release = (): void => {}
  const provider = () =>
    sandbox({
      folder,
      environment: 'demo',
      now: () => now,
      sleep: () =>
        new Promise(settle => {
          release = settle
        }),
      trouble: ({ step }) => (waits(step) ? { is: 'slow', ms: 1 } : undefined),
    })
  const [mine, theirs] = [provider(), provider()]
  const hostOf = ({ connect }: ReturnType<typeof provider>): Channel =>
    connect({ addr: 'vm.main', name: HOST, seen: {} as never, login: { user: USER, port: 22 } })
  const batch = { environment: 'demo', addr: 'vm.main', run: 1, fence: 1, claims: [], releases: [], verify: [] } as const
  await mine.act(
    { ...batch, steps: [born(debian)] },
    () => async () => E.right(''),
    () => {},
  )
  return {
    one: hostOf(mine),
    other: hostOf(theirs),
    wait: async seconds => {
      now += seconds * 1000
    },
    release: () => release(),
    close: async () => {
      await Promise.all([mine.close(), theirs.close()])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
