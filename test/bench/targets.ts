/** The most that each figure may be, on two cores of a small server. */
export const TARGETS: { readonly [name: string]: number } = {
  start_ratio: 1.6,
  plan_10: 0.15,
  plan_1000: 0.5,
  plan_5000: 2,
  apply_1000: 1.5,
  apply_5000: 7,
  memory_5000: 250,
  growth_plan: 6,
  growth_apply: 6,
}
