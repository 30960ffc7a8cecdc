import type { Facts } from '../../engine/contract.js'
import { factsOf } from '../../resources/facts.js'
import { PrometheusSpec } from '../../resources/prometheus/spec.js'
import { folder, ROOT, serviceKind, text } from './service.js'

const HOME = `${ROOT}/storage/prometheus`
const tokenPath = (job: string): string => `${HOME}/etc/${job}.token`

const config = (interval: string, facts: Facts): string =>
  JSON.stringify({
    global: { scrape_interval: interval },
    scrape_configs: factsOf(facts, 'scrape').map(({ job, target, path, token }) => ({
      job_name: job,
      metrics_path: path,
      static_configs: [{ targets: [target] }],
      ...(token !== undefined && { authorization: { credentials_file: `/etc/prometheus/${job}.token` } }),
    })),
  })

export const prometheus = serviceKind<PrometheusSpec>({
  kind: 'prometheus',
  after: ['compose-stack'],
  codec: PrometheusSpec,
  offers: (self, spec) => [{ fact: 'service', from: self, name: 'prometheus', image: spec.image, block: {}, networks: ['metrics'] }],
  service: (_, spec, facts) => ({
    name: 'prometheus',
    image: spec.image,
    block: { image: spec.image, command: [`--storage.tsdb.retention.time=${spec.retention}`] },
    folders: [folder(HOME, 'own'), folder(`${HOME}/etc`, 'own')],
    starts: [],
    follows: factsOf(facts, 'scrape').flatMap(({ job, token }) =>
      token === undefined ? [] : [text(tokenPath(job), [{ secret: token, as: [] }])],
    ),
    reloads: {
      files: [text(`${HOME}/etc/prometheus.yml`, config(spec.scrape_interval, facts))],
      signal: 'SIGHUP',
      stamp: `${HOME}/loaded`,
    },
  }),
})
