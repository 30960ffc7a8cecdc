export interface Target {
  /** The most that it may be, on two cores of a small server. */
  readonly most: number
  /** The same with as many `terraform_data` resources, on the same type of machine. */
  readonly terraform?: number
  readonly opentofu?: number
}

export const TARGETS: { readonly [name: string]: Target } = {
  start_ratio: { most: 1.6 },
  plan_10: { most: 0.15, terraform: 0.07, opentofu: 0.05 },
  plan_1000: { most: 0.5, terraform: 1.3, opentofu: 1.3 },
  plan_5000: { most: 2, terraform: 10.6 },
  apply_1000: { most: 1.5, terraform: 28, opentofu: 5.4 },
  apply_5000: { most: 7, terraform: 846 },
  memory_5000: { most: 250, terraform: 490 },
  growth_plan: { most: 6 },
  growth_apply: { most: 6 },
}
