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

test.run()
