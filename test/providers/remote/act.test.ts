import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Batch, Event } from '../../../engine/channel.js'
import type { Step } from '../../../engine/contract.js'
import { batchScript } from '../../../providers/remote/act/batch.js'
import { BROUGHT } from '../../../providers/remote/act/brought.js'
import { eventsFrom, failureIn } from '../../../providers/remote/act/outcome.js'
import { stepScript } from '../../../providers/remote/act/step.js'
import { enveloped } from '../../../providers/remote/envelope.js'
import { KEPT } from '../../../providers/remote/place.js'
import { E } from '../../../specs/fp.js'
import { anyStep } from '../../support/any-step.js'

const via = 'vm.main' as const
const reveal = (text: unknown) => async () => E.right(typeof text === 'string' ? text : 'a s3cr!t')
const nonce = 'abc'
const batchOf = (steps: ReadonlyArray<Step>): Batch => ({
  environment: "demo's",
  addr: 'vm.main',
  run: 7,
  fence: 3,
  claims: [
    { what: 'file', id: '/etc/one', via, hold: 'own' },
    { what: 'rule', id: 'allow 22/tcp', via, hold: 'share' },
  ],
  steps,
  releases: [{ what: 'package', id: 'ufw', via, hold: 'share' }],
  verify: [
    { ask: 'file', key: '/etc/one', via },
    { ask: 'firewall', key: 'ufw', via },
  ],
})

/** Every step that a sandbox knows, where its texts are in clear. */
const readable = anyStep.map(step => JSON.parse(JSON.stringify(step).replaceAll(/\{"sealed":"(\w+)"\}/g, '"$1"')) as Step)

for (const shell of ['dash', 'bash'])
  test(`${shell} can read the batch of any step, or the step is named as one for later`, async () => {
    await fc.assert(
      fc.asyncProperty(readable, async step => {
        const ready = await batchScript(batchOf([step]), reveal, { nonce, salt: 'salt', session: 'one' })
        if ('fault' in ready) {
          assert.is(ready.fault.code, 'HOST_LATER')
          return
        }
        const { status, stderr } = spawnSync(shell, ['-n'], { input: ready.script })
        assert.is(`${status}${stderr}`, '0', JSON.stringify(step))
      }),
      { numRuns: 60 },
    )
  })

test('nothing of a batch begins before all of it has arrived', async () => {
  const ready = await batchScript(batchOf([{ do: 'install', via, packages: ['ufw'] }]), reveal, { nonce, salt: 'salt', session: 'one' })
  if ('fault' in ready) throw new Error(ready.fault.code)
  const sent = enveloped(`echo begun; exit\n${ready.script}`)
  const last = sent.lastIndexOf('}')
  const cuts = Array.from({ length: last + 1 }, (_, cut) => cut).filter(cut => cut % 499 === 0 || cut > last - 40)
  assert.equal(
    cuts.filter(cut => spawnSync('sh', [], { input: sent.slice(0, cut) }).stdout.toString() !== ''),
    [],
  )
  assert.is(spawnSync('sh', [], { input: sent }).stdout.toString(), 'begun\n')
})

test('a secret that cannot be had stops a batch before it is sent, at its step', async () => {
  const fault = { code: 'SECRET_LOST', secret: 'mysql.password' } as const
  const owned = { mode: '0600', owner: 'root', group: 'root' }
  const secret = [{ secret: 'mysql.password', as: [] }] as const
  const steps: ReadonlyArray<Step> = [
    { do: 'dir', via, path: '/etc/one', ...owned },
    { do: 'put', via, path: '/etc/one/two', content: secret, ...owned },
  ]
  const lost = (text: unknown) => async () => (typeof text === 'string' ? E.right(text) : E.left(fault))
  assert.equal(await batchScript(batchOf(steps), lost, { nonce, salt: '', session: 'one' }), { step: 1, fault })
})

test('a secret is never put into the argument list of a command', async () => {
  const step: Step = { do: 'run', via, argv: ['mysql', [{ secret: 'mysql.password', as: [] }]], effects: [] }
  assert.equal(await stepScript(step, reveal, '')(), E.left({ code: 'HOST_LATER', what: 'give secrets to a command' }))
})

const OUTPUT = `
abc started 0
Reading package lists...

abc done 0

abc started 1
first

abc waits 1
last

abc failed 1 2
abc all
`
const EVENTS: ReadonlyArray<Event> = [
  { is: 'started', step: 0 },
  { is: 'output', step: 0, text: 'Reading package lists...' },
  { is: 'done', step: 0 },
  { is: 'started', step: 1 },
  { is: 'output', step: 1, text: 'first' },
  { is: 'waits', step: 1 },
  { is: 'output', step: 1, text: 'last' },
]

test('events are the same wherever the stream is divided', () => {
  for (let cut = 0; cut <= OUTPUT.length; cut++) {
    const events: Array<Event> = []
    const hear = eventsFrom('abc', event => events.push(event))
    hear(OUTPUT.slice(0, cut))
    hear(OUTPUT.slice(cut))
    assert.equal(events, EVENTS)
  }
})

const steps: ReadonlyArray<Step> = [
  { do: 'install', via, packages: ['ufw'] },
  { do: 'unit', via, name: 'ufw.service', active: true },
]
const faultIn = (output: string) => failureIn(output, batchOf(steps), { nonce: 'abc', host: 'demo', now: 0 })?.fault

test('a step that failed is told with the last that it said', () => {
  assert.equal(faultIn(OUTPUT), { code: 'STEP_FAILED', host: 'demo', step: 'starting ufw.service', output: 'first\nlast' })
})

const RIVAL = '{"environment":"other","addr":"docker.main","run":4,"fence":1}'
for (const [line, fault] of [
  [`busy ${RIVAL}`, { code: 'HOST_BUSY', host: 'demo', environment: 'other', addr: 'docker.main', run: 4 }],
  ['fenced 9', { code: 'FENCED', host: 'demo', fence: 3, newer: 9 }],
  ['denied /var/lib/deployer', { code: 'PERMISSION_DENIED', host: 'demo', what: 'a folder of ours, /var/lib/deployer' }],
  ['notours 0 -', { code: 'NOT_OURS', what: 'file', id: '/etc/one' }],
  [`notours 0 ${RIVAL}`, { code: 'NOT_OURS', what: 'file', id: '/etc/one', by: 'docker.main of other' }],
  ['unwritten sh: 1: echo: echo: I/O error', { code: 'DISK_FULL', where: 'demo', path: '/var/lib/deployer' }],
  [
    'unwritten sh: 1: cannot create /var/lib/deployer/trial: Read-only file system',
    { code: 'READ_ONLY', host: 'demo', path: '/var/lib/deployer' },
  ],
] as const)
  test(`a host that refuses says why: ${line.split(' ')[0]}, ${fault.code}`, () => {
    assert.equal(faultIn(`\nabc refused ${line}\nabc all\n`), fault)
  })

test('a batch that was done has no failure', () => {
  assert.is(faultIn('\nabc started 0\n\nabc done 0\n\nabc asked\nabc all\n'), undefined)
})

test('whoever listens where sshd is to move is found before anything of the batch begins, and named', async () => {
  const load: Step = { do: 'sshd load', via, ports: [22, 2222], passwords: false, root: false }
  const ready = await batchScript(batchOf([load]), reveal, { nonce, salt: '', session: 'one' })
  const script = 'script' in ready ? ready.script : ''
  assert.ok(script.indexOf('sport = :2222') > 0)
  assert.ok(script.indexOf('sport = :2222') < script.indexOf('started 0'))
  assert.equal(failureIn(`\n${nonce} refused port 2222 python3\n${nonce} all\n`, batchOf([load]), { nonce, host: 'demo', now: 0 }), {
    is: 'failed',
    step: 0,
    fault: { code: 'PORT_TAKEN', host: 'demo', port: 2222, by: 'python3' },
  })
})

test('a trial that is refused, and what fails before it, leaves the files that were there before; what fails later does not', async () => {
  const owned = { mode: '0644', owner: 'root', group: 'root' }
  const of = { via, project: 'demo', service: 'web', root: '/opt/demo' }
  const put: Step = { do: 'put', via, path: '/opt/demo/one file', content: 'new', ...owned }
  const trial: Step = { do: 'try', ...of, ports: [], scratch: [], ready: { seconds: 1 } }
  const signal: Step = { do: 'signal', via, project: 'demo', service: 'web', signal: 'SIGHUP' }
  const scriptOf = async (steps: ReadonlyArray<Step>): Promise<string> => {
    const ready = await batchScript(batchOf(steps), reveal, { nonce, salt: '', session: 'one' })
    return 'script' in ready ? ready.script : ''
  }
  const script = await scriptOf([put, trial, signal])
  const failing = script.split('\n').filter(line => line.includes('undo_mine "$BATCH"; full'))
  assert.equal(
    failing.map(line => line.includes('files_back "$mine/before"')),
    [true, true, false],
  )
  assert.match(script, /files_kept "\$mine\/before" .*\/opt\/demo\/one file/)
  assert.not.match(await scriptOf([put, signal]), /files_kept/)
  assert.is(spawnSync('sh', ['-n'], { input: script, encoding: 'utf8' }).stderr, '')
})

test('what came with ours goes when something is given up, and only then', async () => {
  const scriptOf = async (batch: Batch): Promise<string> => {
    const ready = await batchScript(batch, reveal, { nonce, salt: '', session: 'one' })
    return 'script' in ready ? ready.script : ''
  }
  const swept = /^sweep$/m
  assert.match(await scriptOf(batchOf([])), swept)
  assert.not.match(await scriptOf({ ...batchOf([]), releases: [] }), swept)
})

/** The engine's removal on a host of folders: what becomes of the script that takes its data away. */
const purged = (furnish: string): string => {
  const root = mkdtempSync(join(tmpdir(), 'deployer-purge-'))
  const script = `
apt() { :; }
daemons_stop() { :; }
${BROUGHT}
daemons_stop() { :; }
mkdir -p /usr/share/docker.io/contrib /var/lib/docker/volumes /var/lib/docker/containers ${KEPT}
echo 'absent /var/lib/docker' >${KEPT}/settings
: >/var/lib/docker/volumes/metadata.db
for folder in /usr/share/docker.io/contrib /var/lib/docker; do : >$folder/nuke-graph-directory.sh; chmod +x $folder/nuke-graph-directory.sh; done
${furnish}
packages_purge containerd docker.io
for folder in /usr/share/docker.io/contrib /var/lib/docker; do if [ -x $folder/nuke-graph-directory.sh ]; then echo takes; else echo leaves; fi; done`
  const { stdout } = spawnSync('sh', ['-c', script.replaceAll(/\/(?:var|usr)\//g, found => `${root}${found}`)], { encoding: 'utf8' })
  rmSync(root, { recursive: true })
  return stdout.trim().replaceAll('\n', ' ')
}

test("an engine's data go with it, but for what is in use or was there before it", () => {
  assert.is(purged(''), 'takes takes')
  assert.is(purged('mkdir /var/lib/docker/volumes/peers'), 'leaves leaves')
  assert.is(purged('mkdir /var/lib/docker/containers/a13737f0'), 'leaves leaves')
  assert.is(purged('mkdir -p /var/lib/containerd/io.containerd.runtime.v2.task/k8s.io/pod'), 'leaves leaves')
  assert.is(purged(`: >${KEPT}/settings`), 'leaves leaves')
})

test.run()
