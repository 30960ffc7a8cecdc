import fc from 'fast-check'
import { test } from 'uvu'
import { aHost, roleIn } from '../support/environments.js'
import { type Case, keeps, LAWS } from '../support/laws.js'
import { withStack } from '../support/stacked.js'

const said = <A>(one: fc.Arbitrary<A>) => fc.option(one, { nil: undefined })
const aMysql = fc
  .record({
    database: said(fc.constantFrom('tracker', 'a_b')),
    user: said(fc.constantFrom('tracker', 'ann')),
    password: said(fc.constantFrom({ env: 'ONE' }, { generate: 32, version: 2 })),
    root_password: said(fc.constantFrom({ env: 'ROOT' }, { generate: 40 })),
    memory: said(fc.constant('1GiB')),
    config: said(fc.constant({ max_connections: 200 })),
  })
  .map(input => JSON.parse(JSON.stringify(input)) as object)

/** Nobody logs in to it: whoever does has a part in its laws, in mysql-password.test.ts. */
const cases: fc.Arbitrary<Case> = fc.record({ host: aHost, one: aMysql, edited: aMysql }).map(({ host, one, edited }) => {
  const role = (mysql: object) => roleIn({ mysql, tracker: { udp: [6969], database: 'sqlite' } }, 'mysql.main', { host })
  const { database } = one as { readonly database?: string }
  const { database: _, ...rest } = edited as { readonly database?: string }
  return {
    host,
    before: withStack('/opt/torrust'),
    role: role(one),
    next: role({ ...rest, ...(database !== undefined && { database }) }),
  }
})

for (const law of Object.keys(LAWS)) {
  test(`mysql: ${law}`, () => keeps(law, cases))
}

test.run()
