import { readdirSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { TABLE } from '../../cli/table.js'

test('each line of the table says what the command says of itself', async () => {
  const said = await Promise.all(
    TABLE.map(async ({ words, load }) => {
      const { paths, usage } = await load()
      return { words: paths?.map(path => path.join(' ')), category: usage?.category, says: usage?.description, asked: words }
    }),
  )
  assert.equal(
    said,
    TABLE.map(({ words, category, says }) => ({ words: [words], category, says, asked: words })),
  )
})

test('the path of a command on disk is the words that are typed', () => {
  const files = readdirSync('cli/commands', { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts') && file !== 'welcome.ts')
    .map(file => file.replace(/\.ts$/, '').replaceAll('/', ' '))
  assert.equal(files.sort(), TABLE.map(({ words }) => words).sort())
})

test('each command has an example that begins with its own words', async () => {
  for (const { words, load } of TABLE) {
    const { usage } = await load()
    const lines = usage?.examples?.map(([, line]) => line) ?? []
    assert.ok(lines.length > 0, words)
    for (const line of lines) assert.match(line, `$0 ${words}`)
  }
})

test.run()
