import { join } from 'node:path'
import type { Provider } from '../engine/channel.js'
import { type Attempt, attempt, fail, need } from '../specs/fp.js'
import type { Issue, Path } from '../specs/issue.js'
import type { Provider as ProviderSection } from '../specs/provider.js'
import type { Home } from './lxd/client-config.js'
import type { LxdHere } from './lxd/here.js'
import type { Ahead } from './ssh/ahead.js'
import type { Met } from './ssh/trust.js'

export { socketAmong, socketsOf } from './lxd/sockets.js'
export type { Ahead, LxdHere }

export interface ProviderContext {
  readonly environment: string
  /** Where the state is. */
  readonly folder: string
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<void>
  /** Makes that folder, once there is something to keep in it. */
  readonly makeFolder: () => void
  /** Seconds until a connection counts as not answered. */
  readonly patience: number
  /** Told what a person should know, as soon as it is known. */
  readonly warn?: (issue: Issue) => void
  /** Nothing is kept on this machine: a host that is met for the first time is not known the next time either. */
  readonly traceless?: boolean
  /** Mostly one look is all that will be asked of the host, and the way to it may have been begun already. */
  readonly ahead?: Ahead | undefined
  /** Simulated steps take no time. */
  readonly instant?: boolean
}

/** Each is loaded only where it is used. */
const makers: {
  readonly [K in ProviderSection['kind']]: (
    section: Extract<ProviderSection, { readonly kind: K }>,
    context: ProviderContext,
  ) => Attempt<Provider>
} = {
  sandbox: ({ seed }, { instant = false, ...context }) =>
    attempt(async () => {
      const [{ sandbox }, pace] = await Promise.all([import('./sandbox/index.js'), import('./sandbox/pace.js')])
      return sandbox({ ...context, seed, pace: instant ? pace.instant : pace.personal })
    }),
  lxd: (section, context) =>
    attempt(async () => {
      const [{ lxd }, { overSsh, hostKeysIn, shellOver }] = await Promise.all([import('./lxd/index.js'), import('./ssh/index.js')])
      const ssh = trustIn(context, ['provider'])
      return {
        ...lxd({ ...ssh, section, environment: context.environment, connect: overSsh(ssh), hosts: hostKeysIn(ssh.knownHosts) }),
        shellTo: shellOver(ssh),
      }
    }),
  ssh: ({ host }, context) =>
    attempt(async () => {
      const [{ given }, { overSsh, shellOver }] = await Promise.all([import('./ssh/given.js'), import('./ssh/index.js')])
      const ssh = trustIn(context, ['provider', 'host'])
      return { ...given({ host, connect: overSsh(ssh) }), shellTo: shellOver(ssh) }
    }),
  hetzner: ({ kind }) => attempt(async () => need(fail({ code: 'PROVIDER_LATER', provider: kind }))),
}

export const providerOf = <S extends ProviderSection>(section: S, context: ProviderContext): Attempt<Provider> =>
  (makers[section.kind] as (section: S, context: ProviderContext) => Attempt<Provider>)(section, context)

/** Whether LXD or Incus is here, or where the section says, and ready to make machines. */
export const lxdReady = (section: Partial<Extract<ProviderSection, { readonly kind: 'lxd' }>>, home: Home): Attempt<LxdHere> =>
  attempt(async () => need((await import('./lxd/here.js')).lxdHere(section, home)))

const trustIn = ({ folder, makeFolder, now, sleep, patience, warn, traceless = false, ahead }: ProviderContext, path: Path) => ({
  knownHosts: join(folder, 'known_hosts'),
  patience,
  makeFolder,
  met: (met: Met) => warn?.(newKey(met, path)),
  now,
  sleep,
  traceless,
  ...(ahead && { ahead }),
})

const newKey = ({ host, fingerprint, file }: Met, path: Path): Issue => ({
  code: 'HOST_KEY_NEW',
  level: 'warning',
  path,
  what: `${host} shows its host key for the first time: ${fingerprint}.${file === undefined ? '' : ` It is kept in ${file}; another one will stop everything.`}`,
  expected: 'To compare, on the server: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub',
})
