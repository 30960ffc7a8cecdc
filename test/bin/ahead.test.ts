import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { aheadOf } from '../../bin/ahead.js'

const test = suite<{ folder: string }>('what the words of a command tell of its host')
test.before.each(stage => {
  stage.folder = mkdtempSync(join(tmpdir(), 'deployer-words-'))
  for (const name of ['.deployer', 'below']) mkdirSync(join(stage.folder, name))
  for (const name of ['environment.yaml', 'prod.toml']) writeFileSync(join(stage.folder, name), '')
})
test.after.each(({ folder }) => rmSync(folder, { recursive: true }))

const FILES: ReadonlyArray<readonly [string, ReadonlyArray<string>]> = [
  ['plan', ['environment.yaml']],
  ['apply --yes', ['environment.yaml']],
  ['destroy', ['environment.yaml']],
  ['plan ../prod.toml', ['prod.toml']],
  ['plan --out plan -f ../prod.toml', ['prod.toml']],
  ['apply -f../prod.toml', ['prod.toml']],
  ['apply --file=../prod.toml --yes', ['prod.toml']],
  ['plan other.yaml', []],
  ['validate', []],
  ['show plan', []],
  ['--help', []],
]

for (const [words, files] of FILES)
  test(`deployer ${words}: ${files[0] ?? 'none'}`, ({ folder }) => {
    const ahead = aheadOf(words.split(' '), join(folder, 'below'))
    ahead?.keep({ name: 'demo', address: '192.0.2.9', port: 22, login: { user: 'ann', port: 22 }, patience: 10 })
    const place = join(folder, '.deployer', 'reached.json')
    assert.equal(existsSync(place) ? Object.keys(JSON.parse(readFileSync(place, 'utf8'))) : [], files)
  })

test('two files that may be meant: none', ({ folder }) => {
  writeFileSync(join(folder, 'environment.json'), '{}')
  assert.is(aheadOf(['plan'], folder), undefined)
})

test.run()
