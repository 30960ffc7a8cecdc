import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { scratchFolder } from '../../../providers/ssh/scratch.js'

const gone = (): number => spawnSync(process.execPath, ['-e', '']).pid

test('what a killed process has left is cleared away, and nothing else', () => {
  const at = mkdtempSync(join(tmpdir(), 'scratch-'))
  const own = scratchFolder(at)
  assert.is(statSync(own).mode & 0o777, 0o700)
  const [, , among = ''] = basename(own).split('-')
  const made = (name: string): string => {
    mkdirSync(join(at, name))
    writeFileSync(join(at, name, 'key'), '')
    return join(at, name)
  }
  const dead = gone()
  const left = made(`deployer-${dead}-${among}-abcdef`)
  const kept = [
    own,
    made(`deployer-${process.ppid}-${among}-abcdef`),
    made(`deployer-${dead}-elsewhere-abcdef`),
    made('deployer-abcdef'),
    made(`deployer-${dead}-${among}-abcdefg`),
  ]
  const link = join(at, `deployer-${dead}-${among}-ghijkl`)
  symlinkSync(kept[4] ?? '', link)
  const next = scratchFolder(at)
  assert.equal([existsSync(left), next === own], [false, false])
  assert.equal(
    [...kept, link].filter(one => !existsSync(one)),
    [],
  )
})

test.run()
