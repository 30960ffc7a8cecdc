import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { programs } from '../../../providers/ssh/programs.js'

const sessionIn = (stat: string): string | undefined => stat.split(') ')[1]?.split(' ')[3]

const here = process.platform === 'linux' ? test : test.skip
here('a program stands in a session of its own, so that Ctrl-C on our terminal does not end it', async () => {
  const $ = await programs()
  const { stdout } = await $`cat /proc/self/stat`
  assert.match(sessionIn(stdout) ?? '', /^\d+$/)
  assert.is.not(sessionIn(stdout), sessionIn(readFileSync('/proc/self/stat', 'utf8')))
})

test('a program is told nothing of what another was told, though the words of that one made us start it', async () => {
  const $ = await programs()
  const outer = $({ input: 'for the outer one alone' })`cat`
  const inner = await new Promise<string>((resolve, reject) => {
    outer.child?.stdout?.once('data', () => {
      programs()
        .then(async $ => (await $`timeout 0.3 cat`).stdout)
        .then(resolve, reject)
    })
  })
  assert.equal([(await outer).stdout, inner], ['for the outer one alone', ''])
})

test.run()
