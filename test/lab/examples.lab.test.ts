/** On the lab's LXD with its images: `npm test -- examples.lab`. The one with a foreign server is proved in mysql.lab. */
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { KEY } from './cache.js'
import { builtCli, type Desk, deskOf, told } from './cli.js'
import { ensureKey, isLabPossible } from './host.js'
import { isRegistryPossible } from './images/registry.js'
import { good, removeMachine, settled } from './stack/running.js'

const NAME = 't-examples'

interface Example {
  readonly folder: string
  /** What is tried of it after it is applied, beyond what all have. */
  readonly checks: ReadonlyArray<RegExp>
  readonly flags?: ReadonlyArray<string>
}
/** One after the other on the same machine: each is a change of the one before. */
const EXAMPLES: ReadonlyArray<Example> = [
  { folder: 'lxd-sqlite', checks: [/udp 6969 IPv4: connect, announce and scrape/, /udp 6969 IPv6: connect/, /http 7070 IPv6: announce/] },
  {
    folder: 'closed-dual-stack',
    checks: [4, 6].flatMap(family => [
      new RegExp(`udp 6969 IPv${family}: strangers are refused`),
      new RegExp(`udp 6970 IPv${family}: .* of a listed torrent`),
    ]),
  },
  { folder: 'private', checks: [/http 7070 IPv4: strangers are refused/, /http 7070 IPv6: .*key/] },
  // What the one before it has in SQLite stays behind.
  {
    folder: 'lxd-mysql',
    flags: ['--accept-loss', 'tracker.main'],
    checks: [/database tracker: lets tracker in/, /closed from outside: 3306\/tcp/, /udp 6969 IPv6: connect/],
  },
]

interface Stage {
  desk: Desk
}
const test = suite<Stage>('the examples on a real host')
const absent = isLabPossible() ?? isRegistryPossible()

test.before(async stage => {
  if (absent !== undefined) return
  await Promise.all([ensureKey(), removeMachine(NAME)])
  stage.desk = deskOf(await builtCli(), {}, { DEPLOYER__NAME: NAME, DEPLOYER__SSH__KEY: KEY })
})
test.after(async ({ desk }) => {
  if (absent !== undefined) return
  await removeMachine(NAME)
  desk.remove()
})

if (absent !== undefined) test(`skipped: ${absent}`, () => void process.stdout.write(`skipped: ${absent}\n`))
else {
  process.stdout.write('stand-in: torrust/tracker:develop is the tracker 3.0.0, mysql:8.4 is MySQL 9.7\n')
  for (const { folder, checks, flags = [] } of EXAMPLES)
    test(`examples/${folder} is applied as it stands, its checks are green, and a second plan is empty`, async ({ desk }) => {
      copyFileSync(`examples/${folder}/environment.yaml`, join(desk.folder, 'environment.yaml'))
      const ran = good(await desk.run('apply', '--yes', ...flags))
      const ok = ran.stderr.split('\n').filter(line => line.startsWith('ok '))
      for (const check of checks)
        assert.ok(
          ok.some(line => check.test(line)),
          `${check}\n${told(ran)}`,
        )
      await settled(desk)
    })
}

test.run()
