import type { Holder } from './contract.js'

type Labels = { readonly [key: string]: string }

/** How a machine of ours is known at its provider, reachable or not. */
export const marksOf = ({ environment, addr }: Holder): Labels => ({
  'deployer.mark': 'deployer',
  'deployer.environment': environment,
  'deployer.addr': addr,
})

export const holderOf = (labels: Labels): Holder | undefined => {
  const { 'deployer.environment': environment, 'deployer.addr': addr } = labels
  return environment === undefined || addr === undefined ? undefined : { environment, addr: addr as Holder['addr'] }
}
