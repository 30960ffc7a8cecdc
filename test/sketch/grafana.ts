import { GrafanaSpec } from '../../resources/grafana/spec.js'
import { serviceKind } from '../../resources/service.js'
import { stackOf } from '../../resources/stack.js'
import { envFile, folder, text } from '../../resources/texts.js'

const HOME = 'storage/grafana'
const SOURCES = JSON.stringify({ apiVersion: 1, datasources: [{ name: 'Prometheus', type: 'prometheus', url: 'http://prometheus:9090' }] })

export const grafana = serviceKind<GrafanaSpec>({
  kind: 'grafana',
  after: ['compose-stack', 'prometheus'],
  codec: GrafanaSpec,
  block: ({ image }) => ({ name: 'grafana', image, block: { env_file: [`./${HOME}/grafana.env`] }, networks: ['visualization'] }),
  offers: (self, { domain, tls, port }) =>
    domain === undefined || tls === false ? [] : [{ fact: 'site', from: self, domain, upstream: `grafana:${port}` }],
  service: (_, spec, facts) => {
    const home = `${stackOf(facts).root}/${HOME}`
    return {
      folders: [folder(home), folder(`${home}/provisioning`)],
      starts: [
        text(`${home}/provisioning/sources.yml`, SOURCES),
        envFile(`${home}/grafana.env`, {
          GF_SECURITY_ADMIN_USER: spec.admin_user,
          GF_SECURITY_ADMIN_PASSWORD: [{ secret: spec.admin_password.secret, as: ['env'] }],
        }),
      ],
      ready: { seconds: 30 },
      says: spec.image,
      restart: {},
      losing: 'no dashboards any more',
    }
  },
})
