import { GrafanaSpec } from '../../resources/grafana/spec.js'
import { envFile, folder, ROOT, serviceKind, text } from './service.js'

const HOME = `${ROOT}/storage/grafana`
const SOURCES = JSON.stringify({ apiVersion: 1, datasources: [{ name: 'Prometheus', type: 'prometheus', url: 'http://prometheus:9090' }] })

export const grafana = serviceKind<GrafanaSpec>({
  kind: 'grafana',
  after: ['compose-stack', 'prometheus'],
  codec: GrafanaSpec,
  offers: (self, spec) => [
    { fact: 'service', from: self, name: 'grafana', image: spec.image, block: {}, networks: ['visualization'] },
    ...(spec.domain === undefined || spec.tls === false
      ? []
      : [{ fact: 'site', from: self, domain: spec.domain, upstream: `grafana:${spec.port}` }]),
  ],
  service: (_, spec) => ({
    name: 'grafana',
    image: spec.image,
    block: { image: spec.image, env_file: [`${HOME}/grafana.env`] },
    folders: [folder(HOME, 'own'), folder(`${HOME}/provisioning`, 'own')],
    starts: [
      text(`${HOME}/provisioning/sources.yml`, SOURCES),
      envFile(`${HOME}/grafana.env`, {
        GF_SECURITY_ADMIN_USER: [spec.admin_user],
        GF_SECURITY_ADMIN_PASSWORD: [{ secret: spec.admin_password.secret, as: ['env'] }],
      }),
    ],
    follows: [],
  }),
})
