import type { MysqlSpec } from './spec.js'

type Option = MysqlSpec['config'][string]

/** In quotes, where a `#` begins no comment. */
const written = (value: Option): string =>
  typeof value === 'string' ? `"${value.replace(/\\/g, '\\\\')}"` : typeof value === 'boolean' ? (value ? 'ON' : 'OFF') : `${value}`

/** Options of the server in a file of their own, which it reads at its start. */
export const configText = (config: MysqlSpec['config']): string =>
  [
    '[mysqld]',
    ...Object.keys(config)
      .sort()
      .map(name => `${name} = ${written(config[name] as Option)}`),
    '',
  ].join('\n')
