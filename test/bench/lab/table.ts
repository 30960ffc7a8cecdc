import { type Figure, renderValue } from '../measure.js'

interface Limit {
  readonly most?: number
  readonly least?: number
}
/** What has none is there for comparison. */
export const LIMITS: { readonly [name: string]: Limit } = {
  plan: { most: 1.1 },
  plan_to_ssh: { most: 1.5 },
  look_growth: { most: 3 },
  pyinfra_to_ours: { least: 4 },
  from_nothing_to_script_sqlite: { most: 1.15 },
  from_nothing_to_script_mysql: { most: 1.15 },
  change_over_restart: { most: 1.5 },
}

export interface Row extends Figure {
  readonly limit: string
  readonly ok: boolean
}

/** `factor` 2 lets everything be twice as slow. */
export const rowOf = (figure: Figure, factor: number): Row => {
  const { most = Number.POSITIVE_INFINITY, least = 0 } = LIMITS[figure.name] ?? {}
  const limit = Number.isFinite(most) ? `at most ${renderValue(most * factor)}` : least > 0 ? `at least ${renderValue(least / factor)}` : ''
  return { ...figure, limit, ok: figure.value <= most * factor && figure.value >= least / factor }
}

export const renderRow = ({ name, value, unit, limit, ok }: Row): string => {
  const verdict = limit === '' ? '' : `  ${limit.padEnd(16)}${ok ? 'ok' : 'too slow'}`
  return `${name.padEnd(30)}${renderValue(value).padStart(7)} ${unit}${verdict}`
}
