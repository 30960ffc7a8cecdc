import type { Provider } from '../engine/contract.js'
import { type Attempt, attempt, fail, need } from '../specs/fp.js'

/** The `provider` section, decoded. */
export interface ProviderSection {
  readonly kind: 'sandbox' | 'lxd' | 'hetzner' | 'ssh'
  readonly seed?: number
}
export interface ProviderContext {
  readonly environment: string
  /** Where the state is. */
  readonly folder: string
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<void>
  /** Simulated steps take no time. */
  readonly instant?: boolean
}

export const providerOf = (section: ProviderSection, { instant = false, ...context }: ProviderContext): Attempt<Provider> =>
  attempt(async () => {
    if (section.kind !== 'sandbox') return need(fail({ code: 'PROVIDER_LATER', provider: section.kind }))
    const [{ sandbox }, pace] = await Promise.all([import('./sandbox/index.js'), import('./sandbox/pace.js')])
    return sandbox({ ...context, seed: section.seed ?? 0, pace: instant ? pace.instant : pace.personal })
  })
