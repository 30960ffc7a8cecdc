import type { Facts } from '../../engine/contract.js'
import { CaddySpec } from '../../resources/caddy/spec.js'
import { factsOf } from '../../resources/facts.js'
import { folder, ROOT, serviceKind, text } from './service.js'

const HOME = `${ROOT}/storage/caddy`

const caddyfile = (email: string, facts: Facts): string =>
  [
    `{\n  email ${email}\n}`,
    ...factsOf(facts, 'site').map(({ domain, upstream }) => `${domain} {\n  reverse_proxy ${upstream}\n}`),
    '',
  ].join('\n')

export const caddy = serviceKind<CaddySpec>({
  kind: 'caddy',
  after: ['tracker', 'grafana'],
  codec: CaddySpec,
  offers: (self, spec) => [{ fact: 'service', from: self, name: 'caddy', image: spec.image, block: {}, networks: ['proxy'] }],
  service: (_, spec, facts) => ({
    name: 'caddy',
    image: spec.image,
    block: { image: spec.image, ports: ['80:80', '443:443', '443:443/udp'] },
    folders: [folder(HOME, 'own')],
    starts: [],
    follows: [],
    reloads: { files: [text(`${HOME}/Caddyfile`, caddyfile(spec.email, facts))], signal: 'SIGUSR1', stamp: `${HOME}/loaded` },
  }),
})
