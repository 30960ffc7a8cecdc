import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Ahead, aheadFor } from '../../../providers/ssh/ahead.js'
import { type Connection, connectionTo } from '../../../providers/ssh/connection.js'
import { pin, unpin } from '../../../providers/ssh/known-hosts.js'
import { aboutMachine } from '../../../providers/ssh/reached.js'
import { E } from '../../../specs/fp.js'
import { type StandIn, sshStandIn } from '../../support/ssh-stand-in.js'

interface Stage {
  folder: string
  file: string
  knownHosts: string
  ssh: StandIn
  path: string | undefined
}

const test = suite<Stage>('the way that is begun ahead')
test.before.each(stage => {
  stage.folder = mkdtempSync(join(tmpdir(), 'deployer-ahead-'))
  stage.file = join(stage.folder, 'environment.yaml')
  stage.knownHosts = join(stage.folder, '.deployer', 'known_hosts')
  writeFileSync(stage.file, 'name: demo\n')
  mkdirSync(join(stage.folder, '.deployer'))
  pin(stage.knownHosts, 'demo', ['ssh-ed25519 AAAA'])
  stage.ssh = sshStandIn()
  stage.path = process.env.PATH
  process.env.PATH = `${stage.ssh.path}:${stage.path}`
})
test.after.each(({ folder, path }) => {
  process.env.PATH = path
  // What was begun and dropped may write its last.
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
})

const ahead = ({ file, folder }: Stage, how: { readonly isShared?: boolean } = {}): Ahead => {
  const made = aheadFor(file, join(folder, '.deployer'), how)
  if (made === undefined) throw new Error('there is a file')
  return made
}
const login = { user: 'ann', port: 22 }
const connection = ({ knownHosts }: Stage, made: Ahead, address = '192.0.2.9'): Connection =>
  connectionTo({ name: 'demo', addresses: [address], login }, { knownHosts, patience: 5, ahead: made })
const says = async (to: Connection, word: string): Promise<void> => assert.equal(await to.run(`echo ${word}`)(), E.right(`${word}\n`))

/** Once before, so that it is known how the host is reached. */
const reached = async (stage: Stage): Promise<void> => {
  const made = ahead(stage)
  const to = connection(stage, made)
  await says(to, 'before')
  await to.close()
  made.drop()
}
const until = async (right: () => boolean): Promise<void> => {
  for (let tries = 0; !right(); tries++) {
    if (tries > 500) throw new Error('it has not come to that')
    await sleep(10)
  }
}
const isRunning = (pid = 0): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('of a host that was never reached nothing is begun, and its connection is one that can be kept', async stage => {
  await reached(stage)
  const [words = [], ...others] = stage.ssh.calls()
  assert.ok(words.includes('ControlMaster=auto'))
  assert.equal(others, [])
})

test('the next time it is begun at once, and whoever asks for this very way goes by it', async stage => {
  await reached(stage)
  const made = ahead(stage)
  await until(() => stage.ssh.calls().length === 2)
  const to = connection(stage, made)
  await says(to, 'now')
  const [, begun = [], ...others] = stage.ssh.calls()
  assert.ok(begun.includes('ControlMaster=no') && begun.includes('ControlPath=none'), 'there is none to end')
  assert.equal(others, [])
  assert.equal(to.way(), { address: '192.0.2.9', port: 22 })
  await to.close()
  made.drop()
})

test('who asks again keeps a connection, and the next time nothing is begun', async stage => {
  await reached(stage)
  const made = ahead(stage)
  const to = connection(stage, made)
  await says(to, 'one')
  await says(to, 'two')
  await says(to, 'three')
  await to.close()
  const [, , ...kept] = stage.ssh.calls()
  assert.equal(
    kept.map(words => words.filter(word => word.startsWith('ControlMaster='))),
    [['ControlMaster=auto'], ['ControlMaster=auto']],
  )
  made.drop()
  assert.not.ok(ahead(stage).isBegun)
})

test('a host that has moved is met where it is now, and what was begun to the old place is told nothing and ended', async stage => {
  await reached(stage)
  const made = ahead(stage)
  await until(() => stage.ssh.pids().length === 2)
  const to = connection(stage, made, '192.0.2.10')
  await says(to, 'moved')
  await to.close()
  const [, begun] = stage.ssh.pids()
  assert.ok(isRunning(begun))
  made.drop()
  await until(() => !isRunning(begun))
  assert.equal(
    stage.ssh.calls().map(words => words.at(-2)),
    ['192.0.2.9', '192.0.2.9', '192.0.2.10'],
  )
})

test('one that has ended by itself is not used: why is told by another', async stage => {
  await reached(stage)
  stage.ssh.trouble('refused')
  const made = ahead(stage)
  await until(() => stage.ssh.pids().length === 2 && !isRunning(stage.ssh.pids()[1]))
  await sleep(50)
  assert.is(
    made.take(() => stage.ssh.calls()[1] ?? []),
    undefined,
  )
  const ended = await connection(stage, made).run('echo never')()
  assert.equal(E.isLeft(ended) && ended.left.code, 'LOGIN_REFUSED')
  made.drop()
})

test('nobody gets it twice, and nobody who says other words', async stage => {
  await reached(stage)
  const made = ahead(stage)
  await until(() => stage.ssh.pids().length === 2)
  const [, words = []] = stage.ssh.calls()
  assert.is(
    made.take(() => [...words.slice(0, -1), 'exec /bin/sh']),
    undefined,
  )
  const taken = made.take(() => words)?.ssh
  assert.is(taken?.pid, stage.ssh.pids()[1])
  assert.is(
    made.take(() => words),
    undefined,
  )
  made.drop()
  assert.ok(isRunning(taken?.pid), 'it is theirs now')
  taken?.stdin?.end()
})

const socketOf = (words: ReadonlyArray<string> = []): string => words.find(word => word.startsWith('ControlPath='))?.slice(12) ?? ''

test('who will have more to say goes on by what was begun, and leaves nothing of it', async stage => {
  await reached(stage)
  const made = ahead(stage, { isShared: true })
  await until(() => stage.ssh.calls().length === 2)
  const to = connection(stage, made)
  await says(to, 'one')
  await says(to, 'two')
  const [, begun, ...later] = stage.ssh.calls()
  assert.ok(begun?.includes('ControlMaster=auto'))
  assert.equal(later, [begun], 'the same words: the same socket')
  assert.is(to.socket(), socketOf(begun))
  await to.close()
  assert.not.ok(existsSync(dirname(socketOf(begun))))
  made.drop()
  const next = ahead(stage, { isShared: true })
  assert.ok(next.isBegun, 'as the next time')
  next.drop()
})

test('while the first look is thought over, a shell for what comes next waits, for that alone', async stage => {
  await reached(stage)
  const made = ahead(stage, { isShared: true })
  const to = connection(stage, made)
  await says(to, 'one')
  await until(() => stage.ssh.pids().length === 3)
  const [, , waiting] = stage.ssh.pids()
  assert.equal(await to.run('echo other', { as: 'login' })(), E.right('other\n'))
  assert.ok(isRunning(waiting), 'not for whoever asks for another')
  await says(to, 'two')
  assert.is(stage.ssh.pids().length, 4)
  await until(() => !isRunning(waiting))
  await says(to, 'three')
  assert.is(stage.ssh.pids().length, 5, 'one only: the others are begun when they are known')
  await to.close()
  made.drop()

  const again = ahead(stage, { isShared: true })
  const unused = connection(stage, again)
  await says(unused, 'one')
  await until(() => stage.ssh.pids().length === 7)
  const last = stage.ssh.pids().at(-1)
  assert.ok(isRunning(last))
  await unused.close()
  await until(() => !isRunning(last))
  again.drop()
})

test('a shared one to another place than is asked for lends nobody its socket, and goes with it', async stage => {
  await reached(stage)
  const made = ahead(stage, { isShared: true })
  await until(() => stage.ssh.calls().length === 2)
  const to = connection(stage, made, '192.0.2.10')
  await says(to, 'moved')
  const [, begun, other] = stage.ssh.calls()
  assert.is.not(socketOf(begun), socketOf(other))
  await to.close()
  made.drop()
  assert.not.ok(existsSync(dirname(socketOf(begun))))
})

const ABOUT: ReadonlyArray<readonly [string, string, string]> = [
  [
    'YAML',
    'name: demo\nssh:\n  port: 22\ntracker:\n  udp: [6969]\n',
    'name: demo\nssh:\n  port: 22\ntracker:\n  udp: [1]\n\n# more\nmysql: {}\n',
  ],
  ['JSON', '{"name":"demo","ssh":{"port":22},"tracker":{}}', '{"name": "demo", "ssh": {"port": 22}, "tracker": {"udp": [1]}, "mysql": {}}'],
  [
    'TOML',
    'name = "demo"\n[ssh]\nport = 22\n[tracker]\nudp = [6969]\n',
    'name = "demo"\n[ssh]\nport = 22\n[tracker]\nudp = [1]\n[[tracker.http]]\nport = 2\n',
  ],
]
for (const [language, before, after] of ABOUT)
  test(`in ${language}, what a file says of its machine is told from the rest`, () => {
    assert.is(aboutMachine(after), aboutMachine(before))
    for (const [said, other] of [
      ['demo', 'other'],
      ['22', '2222'],
    ] as const)
      assert.is.not(aboutMachine(before.replace(said, other)), aboutMachine(before))
  })

const NOT: ReadonlyArray<readonly [string, (stage: Stage) => void]> = [
  ['whose key is not pinned any more', ({ knownHosts }) => unpin(knownHosts, 'demo')],
  ['of a file that says something else of its machine', ({ file }) => writeFileSync(file, 'name: demo # and more\n')],
  [
    'of which nothing sensible is kept',
    ({ folder }) => writeFileSync(join(folder, '.deployer', 'reached.json'), '{"environment.yaml": 7}'),
  ],
]
for (const [whose, change] of NOT)
  test(`nothing is begun to a host ${whose}`, async stage => {
    await reached(stage)
    change(stage)
    ahead(stage).drop()
    await sleep(100)
    assert.is(stage.ssh.calls().length, 1)
  })

test('where it cannot be kept how the host was reached, nothing else is wrong', async stage => {
  mkdirSync(join(stage.folder, '.deployer', 'reached.json'))
  await reached(stage)
})

test('without a file there is nothing to begin', ({ folder }) => {
  assert.is(aheadFor(join(folder, 'other.yaml'), folder), undefined)
})

test.run()
