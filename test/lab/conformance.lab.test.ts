/**
 * On the lab's LXD: `npm run lab -- up`, then `npm test -- conformance.lab`. With UPDATE=1 what the hosts say is kept in
 * test/fixtures/conformance, which `npm test` holds the sandbox to where there is no lab.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { sshChannel } from '../../providers/ssh/index.js'
import { plain, renamed } from '../conformance/compare.js'
import { groupsOn } from '../conformance/groups/index.js'
import { digestOf, type Recorded, type Recording, record } from '../conformance/recording.js'
import { played, RELEASED, type World } from '../conformance/run.js'
import { DEBIANS, type Debian, HOST, OPERATOR, type SandboxWorld, sandboxWorld } from '../conformance/sandbox.js'
import { serveDocker } from './docker-archive.js'
import { isLabPossible, type LabHost, labHost, removeHost } from './host.js'

const absent = isLabPossible()
const COMMAND = 'UPDATE=1 npm test -- conformance.lab'

const realWorld = ({ name, address, ssh, exec }: LabHost, folder: string): World => {
  const options = { knownHosts: join(folder, 'known_hosts'), patience: 5, now: Date.now, sleep: (ms: number) => sleep(ms) }
  const channel = () => sshChannel({ name, addresses: [address], login: { user: ssh.user, port: ssh.port, key: ssh.key } }, options)
  return { one: channel(), other: channel(), wait: seconds => sleep(seconds * 1000), release: () => void exec(['touch', RELEASED]) }
}

/** All cases happen to one host, in their order. */
const recordedOn = async (debian: Debian): Promise<Recording> => {
  const name = `d-conf-${debian}-${process.pid}`
  const folder = mkdtempSync(join(tmpdir(), 'deployer-conformance-'))
  try {
    const host = await labHost({ name, debian })
    if (debian === '12') await serveDocker(name)
    const world = realWorld(host, folder)
    const names = [[name, HOST] as const, [readFileSync(`${host.ssh.key}.pub`, 'utf8').trim(), OPERATOR] as const]
    const { stdout } = await host.exec([
      'sh',
      '-c',
      '. /etc/os-release; echo "$PRETTY_NAME, $(cat /etc/debian_version)"; uname -r | cut -d- -f1',
    ])
    const [os = '', kernel = ''] = stdout.trim().split('\n')
    const cases: Record<string, Recorded> = {}
    for (const one of groupsOn(debian).flatMap(group => group.cases))
      cases[one.says] = { of: digestOf(one), said: renamed(await played(one, world), names) }
    await Promise.all([world.one.close(), world.other.close()])
    return { command: COMMAND, os, kernel, cases }
  } finally {
    await removeHost(name)
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Stage {
  real: Recording
  model: SandboxWorld
}

const suiteOn = (debian: Debian, recording: Promise<Recording> | undefined) => {
  const test = suite<Stage>(`Debian ${debian}`)
  if (absent !== undefined) test.skip(absent)

  test.before(async stage => {
    stage.model = await sandboxWorld(debian)
    stage.real = (await recording) as Recording
    if (process.env.UPDATE !== undefined) record(debian, stage.real)
  })
  test.after(({ model }) => model.close())

  for (const { name, cases } of groupsOn(debian))
    for (const one of cases)
      test(`${name}: ${one.says}`, async ({ real, model }) => {
        assert.equal(plain(await played(one, model), true), plain(real.cases[one.says]?.said ?? [], true))
      })
  return test
}

/** Both hosts at once. */
const both = DEBIANS.map(debian => [debian, absent === undefined ? recordedOn(debian) : undefined] as const)
for (const [debian, recording] of both) suiteOn(debian, recording).run()
