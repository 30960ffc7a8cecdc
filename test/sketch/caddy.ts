import type { Facts } from '../../engine/contract.js'
import { CaddySpec } from '../../resources/caddy/spec.js'
import { factsOf } from '../../resources/facts.js'
import { serviceKind } from '../../resources/service.js'
import { stackOf } from '../../resources/stack.js'
import { folder, text } from '../../resources/texts.js'

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
  block: ({ image }) => ({ name: 'caddy', image, block: {}, networks: ['proxy'] }),
  service: (_, spec, facts) => {
    const home = `${stackOf(facts).root}/storage/caddy`
    return {
      folders: [folder(home)],
      starts: [],
      reloads: { files: [text(`${home}/Caddyfile`, caddyfile(spec.email, facts))], signal: 'SIGUSR1', stamp: `${home}/loaded` },
      ready: { seconds: 10 },
      says: spec.image,
      restart: {},
      losing: 'no TLS any more',
    }
  },
})
