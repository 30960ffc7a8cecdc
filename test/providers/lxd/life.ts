import type { Outcome, Provider } from '../../../engine/channel.js'
import type { Claim, MachineSeen, Probe, Step } from '../../../engine/contract.js'
import { act, type Given, reveal } from '../sandbox/desk.js'

export const NAME = 'dl-life'
const GiB = 2 ** 30
export const claim: Claim = { what: 'machine', id: NAME, via: 'provider', hold: 'own', data: true }
export const probe: Probe = { ask: 'machine', key: NAME, via: 'provider' }
const marks = { 'deployer.mark': 'deployer', 'deployer.environment': 'demo', 'deployer.addr': 'vm.main' }

export const makes = (image: string, extra: { readonly [key: string]: never } | object): Step => ({
  do: 'machine create',
  via: 'provider',
  name: NAME,
  image,
  cpus: 2,
  memory: GiB / 2,
  disk: 4 * GiB,
  labels: marks,
  userData: '#cloud-config\nhostname: life\n',
  first: [],
  extra: extra as never,
})
const changes = (change: object): Step => ({ do: 'machine update', via: 'provider', name: NAME, ...change })
const goes: Step = { do: 'machine delete', via: 'provider', name: NAME }

/** All that becomes of one machine, step by step, with what everybody is told. */
export const lifeOf = (create: Step): ReadonlyArray<readonly [string, Given]> => {
  const ours = { addr: 'vm.main', claims: [claim], verify: [probe] } as const
  return [
    ['made', { ...ours, fence: 5, steps: [create] }],
    ['made again, by a run that knows nothing of the first', { ...ours, fence: 6, steps: [create] }],
    ['made by somebody who is too late', { ...ours, fence: 5, steps: [create] }],
    ['made for another environment', { ...ours, environment: 'other', fence: 1, steps: [create] }],
    ['made smaller', { ...ours, fence: 6, steps: [changes({ cpus: 1, memory: GiB / 4 })] }],
    ['given a larger disk', { ...ours, fence: 6, steps: [changes({ disk: 5 * GiB })] }],
    ['given other labels', { ...ours, fence: 6, steps: [changes({ labels: { ...marks, more: 'yes' } })] }],
    ['stopped', { ...ours, fence: 6, steps: [changes({ running: false })] }],
    ['changed by somebody who is too late', { ...ours, fence: 5, steps: [changes({ running: true })] }],
    ['changed and started at once', { ...ours, fence: 7, steps: [changes({ cpus: 2, running: true })] }],
    ['nothing', { ...ours, fence: 7, steps: [] }],
    ['deleted', { addr: 'vm.main', fence: 7, steps: [goes], verify: [probe] }],
    ['deleted again', { addr: 'vm.main', fence: 7, steps: [goes], verify: [probe] }],
    ['changed after it went', { ...ours, fence: 7, steps: [changes({ cpus: 1 })] }],
  ]
}

type Told = { readonly [key: string]: unknown }

/** What a life looks like through a provider; nobody promises which addresses there are, nor how the provider is called. */
export const storyOf = async (provider: Provider, create: Step): Promise<ReadonlyArray<Told>> => {
  const story: Array<Told> = []
  for (const [says, given] of lifeOf(create)) {
    const outcome = await act(provider, given)
    const { answers, ledger, busy } = await provider.look([probe], reveal)
    story.push({ says, outcome: plain(outcome), afterwards: { answers: answers.map(withoutAddresses), ledger, busy } })
  }
  return story
}

const plain = (outcome: Outcome): Told => {
  if (outcome.is !== 'done') return { is: outcome.is, fault: { ...outcome.fault, host: 'the provider' } }
  const { answers, ledger, busy } = outcome.look
  return { is: 'done', answers: answers.map(withoutAddresses), ledger, busy }
}

const withoutAddresses = (answer: unknown): unknown => {
  const { value, ...rest } = answer as { readonly value?: MachineSeen }
  if (value === undefined) return rest
  const { addresses, config, ...machine } = value
  const { network: _, pool: __, ...asked } = config
  return { ...rest, value: { ...machine, config: asked }, isReached: machine.running === addresses.length > 0 }
}
