import type * as t from 'io-ts'
import { optional } from '../../specs/codec.js'
import { duration } from '../../specs/duration.js'
import { httpService, SPELLING } from '../../specs/listener.js'
import { size } from '../../specs/size.js'
import { container, section } from '../section.js'

const { port, bind } = httpService(9090, 'metrics.example.com')
const NO_LOGIN = 'Prometheus has no login, so it gets no name on the internet; use bind, or Grafana.'

export const PrometheusSpec = section(
  'prometheus',
  {
    ...container('prom/prometheus:v3.11.2'),
    port,
    bind,
    scrape_interval: optional(duration({ readings: ['s', 'm'], most: '1d' }), '15s', 'How often the tracker is asked for its figures.'),
    retention: optional(duration({ readings: ['d', 'h'] }), '15d', 'How long figures are kept.'),
    retention_size: optional(size({ least: '64MiB' }), undefined, 'The most space that figures may take. Default: no limit.', '5GiB'),
  },
  { instead: { ...SPELLING, domain: NO_LOGIN, tls: NO_LOGIN, scrape_interval_in_secs: 'Write scrape_interval: 15s.' } },
)
export type PrometheusSpec = t.TypeOf<typeof PrometheusSpec>
