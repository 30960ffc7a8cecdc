import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { PAGES } from '../../scripts/pages.js'
import { FAULTS } from '../../specs/fault.js'
import { ISSUES } from '../../specs/issue.js'

for (const [file, text] of Object.entries(PAGES)) {
  test(`${file} is what the code says`, () => assert.is(readFileSync(file, 'utf8'), text))
}

test('every code has its part of the page of faults', () => {
  const page = PAGES['docs/faults.md'] ?? ''
  for (const code of [...Object.keys(ISSUES), ...Object.keys(FAULTS)]) assert.match(page, `### ${code}\n`)
})

test('the reference has every field, also those inside of lists and mappings', () => {
  const page = PAGES['docs/reference/environment.md'] ?? ''
  for (const field of [
    'name',
    'kind',
    'udp[].port',
    'http[].tls',
    'api.tokens',
    'registries.*.password',
    'offsite.env',
    'database.host',
    'allow[].note',
  ])
    assert.match(page, `| \`${field}\` |`)
})

test.run()
