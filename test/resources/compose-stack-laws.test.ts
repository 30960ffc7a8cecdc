import fc from 'fast-check'
import { test } from 'uvu'
import type { Host } from '../../engine/contract.js'
import { aHost, aTracker, roleIn } from '../support/environments.js'
import { type Case, keeps, LAWS } from '../support/laws.js'
import { aStack, WITH_ENGINE } from '../support/stacked.js'

/** Whatever is written, none of it takes the same port, and what publishes one has a way in. */
const role = (host: Host, stack: object, input: object) =>
  roleIn({ 'compose-stack': stack, tracker: { udp: [{ port: 6969, bind: '0.0.0.0' }] }, ...input }, 'compose-stack.main', { host })
const published = ({ networks, ...rest }: { readonly networks?: unknown }): object => ({
  ...rest,
  ports: ['8080:80'],
  ...(networks !== undefined && { networks: ['metrics', 'default'] }),
})
const unported = (stack: { readonly services?: object }): object => ({
  ...stack,
  ...(stack.services && {
    services: Object.fromEntries(
      Object.entries(stack.services).map(([name, { ports: _, ...rest }], at) => [name, at === 0 ? published(rest) : rest]),
    ),
  }),
})

const cases: fc.Arbitrary<Case> = fc
  .record({ host: aHost, stack: aStack.map(unported), edited: aStack.map(unported), tracker: aTracker })
  .map(({ host, stack, edited, tracker }) => ({
    host,
    before: WITH_ENGINE,
    role: role(host, stack, {}),
    next: role(host, edited, { tracker: { ...tracker, udp: [{ port: 7000, bind: '0.0.0.0' }] } }),
    other: role(host, { ...stack, root: '/srv/other' }, { name: 'other' }),
  }))

for (const law of Object.keys(LAWS)) {
  test(`compose-stack: ${law}`, () => keeps(law, cases, { runs: 24 }))
}

test.run()
