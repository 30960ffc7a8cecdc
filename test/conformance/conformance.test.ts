import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { plain } from './compare.js'
import { groupsOn } from './groups/index.js'
import { digestOf, recordingOf } from './recording.js'
import { played } from './run.js'
import { DEBIANS, type Debian, type SandboxWorld, sandboxWorld } from './sandbox.js'

/** The sandbox, held to what real hosts said: test/lab/conformance.lab.test.ts records it. */
const suiteOn = (debian: Debian) => {
  const test = suite<{ model: SandboxWorld }>(`the sandbox as Debian ${debian}`)
  const { cases } = recordingOf(debian)
  test.before(async stage => {
    stage.model = await sandboxWorld(debian)
  })
  test.after(({ model }) => model.close())

  for (const group of groupsOn(debian))
    for (const one of group.cases)
      test(`${group.name}: ${one.says}`, async ({ model }) => {
        const said = await played(one, model)
        assert.is(cases[one.says]?.of, digestOf(one), 'the case is newer than its recording: UPDATE=1 npm test -- conformance.lab')
        assert.equal(plain(said), plain(cases[one.says]?.said ?? []))
      })
  return test
}

for (const debian of DEBIANS) suiteOn(debian).run()
