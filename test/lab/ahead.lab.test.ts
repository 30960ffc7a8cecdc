/** On the lab's LXD: `npm run lab -- up`, then `npm test -- ahead.lab`. */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { KEY } from './cache.js'
import { builtCli, type Desk, deskOf, type Said, told } from './cli.js'
import { ensureKey, isLabPossible } from './host.js'
import { inside } from './inside.js'
import { must, run } from './run.js'

interface Stage {
  address: string
  desk: Desk
  scratch: string
}

const NAME = 'a-ahead'

const test = suite<Stage>('the way that is begun before the file is read')
const absent = isLabPossible()
if (absent !== undefined) test.skip(absent)

/** ssh, and beside it the words that each was told. */
const witnessed = async (scratch: string): Promise<string> => {
  const ssh = (await must(['sh', '-c', 'command -v ssh'], 'install openssh-client')).trim()
  const path = join(scratch, 'bin')
  for (const folder of [path, join(scratch, 'tmp')]) mkdirSync(folder)
  writeFileSync(join(path, 'ssh'), `#!/bin/sh\necho "$@" >>${scratch}/calls\nexec ${ssh} "$@"\n`)
  chmodSync(join(path, 'ssh'), 0o755)
  writeFileSync(join(scratch, 'calls'), '')
  return `${path}:${process.env.PATH}`
}

const removeMachine = () => run(['lxc', 'delete', '--force', NAME])

test.before(async stage => {
  await removeMachine()
  await ensureKey()
  stage.scratch = mkdtempSync(join(tmpdir(), 'deployer-ahead-'))
  const environment = {
    name: NAME,
    provider: 'lxd',
    ssh: { key: KEY, timeout: '4s' },
    vm: { cpus: 1, memory: '512MiB', disk: '5GiB', upgrades: 'none' },
    tracker: { udp: [6969] },
  }
  const env = { PATH: await witnessed(stage.scratch), TMPDIR: join(stage.scratch, 'tmp') }
  stage.desk = deskOf(await builtCli(), environment, env)
  await stage.desk.run('apply', '--yes')
  const said = await stage.desk.run('plan')
  const address = /on lxd, ([0-9.]+):/.exec(said.stdout)?.[1]
  if (address === undefined) throw new Error(told(said))
  stage.address = address
  // sshd makes who fails to log in wait, from OpenSSH 9.8 on.
  await inside(NAME, 'echo PerSourcePenalties no >/etc/ssh/sshd_config.d/80-lab.conf; systemctl restart ssh')
})
test.after(async ({ desk, scratch }) => {
  desk?.remove()
  if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true })
  await removeMachine()
})

/** Where each ssh went, since this was asked last. */
const went = ({ scratch }: Stage): ReadonlyArray<string> => {
  const calls = readFileSync(join(scratch, 'calls'), 'utf8')
  writeFileSync(join(scratch, 'calls'), '')
  return [...calls.matchAll(/ -- (\S+)/g)].map(([, address = '']) => address)
}

const works = async ({ desk }: Stage): Promise<Said> => {
  const said = await desk.run('plan')
  assert.is(said.code, 0, told(said))
  return said
}

const commandLines = (): ReadonlyArray<string> =>
  readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(pid => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      } catch {
        return ''
      }
    })

/** What speaks to the host, and what lies about on this computer; once whatever ends by itself has ended. */
const left = async ({ scratch }: Stage): Promise<ReadonlyArray<string>> => {
  for (let tries = 0; ; tries++) {
    const speaking = commandLines().filter(line => line.includes(`HostKeyAlias=${NAME}\0`))
    const all = [...speaking, ...readdirSync(join(scratch, 'tmp'))]
    if (all.length === 0 || tries === 50) return all
    await sleep(100)
  }
}

test('a plan of a host that is remembered goes to it once, says what the one before said, and leaves nothing', async stage => {
  const { stdout, stderr } = await works(stage)
  went(stage)
  const again = await works(stage)
  assert.equal(went(stage), [stage.address])
  assert.equal([again.stdout, again.stderr], [stdout, stderr])
  assert.equal(await left(stage), [])
})

test('where the host was last and is no more, nobody is let in, and the plan is of where it is', async stage => {
  const place = join(stage.desk.folder, '.deployer', 'reached.json')
  const kept = readFileSync(place, 'utf8')
  went(stage)
  for (const elsewhere of ['127.0.0.1', '192.0.2.1']) {
    writeFileSync(place, kept.replace(`"address": "${stage.address}"`, `"address": "${elsewhere}"`))
    await works(stage)
    assert.equal(went(stage), [elsewhere, stage.address])
    assert.is(readFileSync(place, 'utf8'), kept)
  }
  assert.equal(await left(stage), [])
})

for (const signal of ['SIGINT', 'SIGTERM', 'SIGKILL'] as const)
  test(`a plan that ${signal} ends leaves nothing, wherever it was`, async stage => {
    for (const ms of [100, 250, 400, 550]) {
      const plan = stage.desk.start(['plan'])
      await sleep(ms)
      plan.kill(signal)
      await plan.ended
    }
    assert.equal(await left(stage), [])
  })

const TROUBLE = [
  ['SUDO_REFUSED', 'mkdir /root/away; mv /etc/sudoers.d/* /root/away/', 'mv /root/away/* /etc/sudoers.d/'],
  ['LOGIN_REFUSED', 'mv ~torrust/.ssh/authorized_keys ~torrust/.ssh/away', 'mv ~torrust/.ssh/away ~torrust/.ssh/authorized_keys'],
  ['HOST_REFUSED', 'systemctl stop ssh', 'systemctl start ssh'],
  [
    'HOST_KEY_CHANGED',
    'mkdir /root/keys; cp -p /etc/ssh/ssh_host_* /root/keys/; rm /etc/ssh/ssh_host_*; ssh-keygen -q -A; systemctl restart ssh',
    'cp -p /root/keys/* /etc/ssh/; systemctl restart ssh',
  ],
] as const

for (const [code, breaks, mends] of TROUBLE)
  test(`${code} is told of a way that was begun ahead as of any other`, async stage => {
    await works(stage)
    await inside(NAME, breaks)
    const said = await stage.desk.run('plan')
    await inside(NAME, mends)
    assert.match(said.stdout + said.stderr, new RegExp(`\\b${code}\\b`), told(said))
    await works(stage)
    assert.equal(await left(stage), [])
  })

test.run()
