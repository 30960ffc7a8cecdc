import { spawnSync } from 'node:child_process'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { enveloped } from '../../../providers/remote/envelope.js'
import { word } from '../../../providers/remote/words.js'

const SCRIPT = enveloped(`echo begun; f=${word("it's")}
for one in a b; do
  if [ "$one" = b ]; then echo ${word('} here\n{ there')}; fi
done; echo "$f"`)

for (const shell of ['dash', 'bash']) {
  const saidBy = (script: string): string => spawnSync(shell, [], { input: script }).stdout.toString()

  test(`${shell} runs all of a script that has arrived`, () => {
    assert.is(saidBy(SCRIPT), "begun\n} here\n{ there\nit's\n")
  })

  test(`${shell} runs nothing of a script that was cut at any byte`, () => {
    const last = SCRIPT.lastIndexOf('}')
    const begun = Array.from({ length: last + 1 }, (_, length) => SCRIPT.slice(0, length)).filter(cut => saidBy(cut) !== '')
    assert.equal(begun, [])
  })
}

test.run()
