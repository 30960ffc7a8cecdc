import type { Facts } from '../../engine/contract.js'
import { factsOf } from '../../resources/facts.js'
import { PrometheusSpec } from '../../resources/prometheus/spec.js'
import { serviceKind } from '../../resources/service.js'
import { stackOf } from '../../resources/stack.js'
import { folder, text } from '../../resources/texts.js'

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
  block: ({ image, retention }) => ({
    name: 'prometheus',
    image,
    block: { command: [`--storage.tsdb.retention.time=${retention}`] },
    networks: ['metrics'],
  }),
  service: (_, spec, facts) => {
    const home = `${stackOf(facts).root}/storage/prometheus`
    return {
      folders: [folder(home), folder(`${home}/etc`)],
      starts: [],
      follows: factsOf(facts, 'scrape').flatMap(({ job, token }) =>
        token === undefined ? [] : [text(`${home}/etc/${job}.token`, [{ secret: token, as: [] }])],
      ),
      reloads: {
        files: [text(`${home}/etc/prometheus.yml`, config(spec.scrape_interval, facts))],
        signal: 'SIGHUP',
        stamp: `${home}/loaded`,
      },
      ready: { seconds: 30 },
      says: spec.image,
      restart: {},
      losing: 'no figures any more',
    }
  },
})
