import { spawn } from 'node:child_process'
import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Claim, Step } from '../../../engine/contract.js'
import { thisProcess } from '../../../providers/sandbox/actor.js'
import type { Entry } from '../../../providers/sandbox/entry.js'
import { emptyWorld, fold, type World } from '../../../providers/sandbox/fold.js'
import { logFile } from '../../../providers/sandbox/index.js'
import { type Log, openLog } from '../../../providers/sandbox/log.js'
import { snapshotOf } from '../../../providers/sandbox/snapshot.js'
import { E, type Either } from '../../../specs/fp.js'
import { anyStep } from '../../support/any-step.js'
import {
  act,
  answer,
  CANARY,
  codeOf,
  contentAt,
  fileClaim,
  fileProbe,
  hostOf,
  install,
  ledgerOf,
  machine,
  makeMachine,
  newFolder,
  packageClaim,
  put,
  sandboxIn,
} from './desk.js'

const fileIn = (folder: string): string => logFile({ folder, environment: 'demo' })
const right = <A>(one: Either<unknown, A>): A => {
  if (E.isLeft(one)) throw new Error(JSON.stringify(one.left))
  return one.right
}
const readAgain = (file: string): unknown => {
  const log = openLog(file)
  const shot = shotOf(right(log.read()))
  log.close()
  return shot
}
const shotOf = (world: World): unknown => JSON.parse(JSON.stringify(snapshotOf(world)))

const claims: ReadonlyArray<Claim> = [
  fileClaim('/etc/one', 'share'),
  packageClaim('ufw'),
  { what: 'user', id: 'ann', via: 'vm.main', hold: 'share' },
]
const anyDeed = fc.oneof(
  { weight: 6, arbitrary: anyStep.map(step => ({ is: 'step', step, at: 5, ...(step.via === 'provider' ? {} : { host: 'm' }) }) as const) },
  { weight: 1, arbitrary: fc.subarray([...claims]).map(some => ({ is: 'claims', host: 'm', claims: some }) as const) },
  { weight: 1, arbitrary: fc.subarray([...claims]).map(some => ({ is: 'releases', host: 'm', claims: some }) as const) },
)
type Deeds = ReadonlyArray<ReadonlyArray<object>>
const batchesUpTo = (maxLength: number): fc.Arbitrary<Deeds> => fc.array(fc.array(anyDeed, { maxLength: 4 }), { minLength: 1, maxLength })
const anyBatches = batchesUpTo(8)

/** The world after each line. */
const write = (log: Log, deeds: Deeds): ReadonlyArray<unknown> => {
  const machineMade = [{ is: 'step', step: machine }]
  return [machineMade, ...deeds].map((own, index) => {
    const batch = `b${index}`
    const begin = { is: 'begin', batch, environment: 'demo', addr: 'note.main', run: index, fence: 1, actor: thisProcess() }
    const entries = [begin, ...own.map(deed => ({ ...deed, batch })), { is: 'end', batch }] as unknown as ReadonlyArray<Entry>
    const world = right(log.open())
    for (const entry of entries) fold(world, entry)
    right(log.append(entries))
    return shotOf(world)
  })
}

test('what is read back is what was in memory, whatever was done', () => {
  fc.assert(
    fc.property(anyBatches, deeds => {
      const file = fileIn(newFolder())
      const log = openLog(file)
      write(log, deeds)
      assert.equal(readAgain(file), shotOf(right(log.read())))
      right(log.compact())
      assert.equal(readAgain(file), shotOf(right(log.read())))
    }),
    { numRuns: 100 },
  )
})

test('a log that is cut at any byte is the world of its whole lines', async () => {
  const folder = newFolder()
  const file = fileIn(folder)
  const [deeds = []] = fc.sample(batchesUpTo(3), { numRuns: 1, seed: 11 })
  const empty = shotOf(emptyWorld())
  const worlds = [empty, empty, ...write(openLog(file), deeds)].map(world => JSON.stringify(world))
  const bytes = readFileSync(file)
  let lines = 0
  for (let cut = 0; cut <= bytes.length; cut++) {
    if (bytes[cut - 1] === 10) lines++
    writeFileSync(file, bytes.subarray(0, cut))
    assert.is(JSON.stringify(readAgain(file)), worlds[lines], `cut at ${cut}`)
    if (cut % 7 > 0 && bytes[cut] !== 10) continue
    const goesOn = openLog(file)
    right(goesOn.open())
    right(goesOn.append([]))
    assert.is(JSON.stringify(readAgain(file)), JSON.stringify(shotOf(right(goesOn.locked()))), `goes on after ${cut}`)
    goesOn.close()
  }
  assert.is(lines, deeds.length + 2)
})

test('after a cut the torn line does not count, and what comes next is kept, however often', async () => {
  const folder = newFolder()
  const file = fileIn(folder)
  const host = await makeMachine(sandboxIn(folder))
  await act(host, { steps: [put('/etc/one', '1')] })
  const whole = statSync(file).size
  await act(host, { run: 9, steps: [put('/etc/two', 'zwei, два, 二')] })
  const bytes = readFileSync(file)
  const cuts = [...Array(bytes.length - whole - 1).keys()]
    .map(byte => whole + 1 + byte)
    .filter(cut => cut % 9 === 0 || cut === bytes.length - 1)
  for (const cut of cuts) {
    writeFileSync(file, bytes.subarray(0, cut))
    for (const text of ['again', 'and again']) {
      const again = hostOf(sandboxIn(folder))
      assert.is(await contentAt(again, '/etc/one'), '1')
      assert.is(codeOf(await act(again, { run: 9, steps: [put('/etc/two', text)] })), 'done')
      assert.is(await contentAt(again, '/etc/two'), text)
      assert.is(await contentAt(hostOf(sandboxIn(folder)), '/etc/two'), text)
      truncateSync(file, statSync(file).size - 3)
      assert.is(await contentAt(hostOf(sandboxIn(folder)), '/etc/one'), '1')
    }
  }
})

test('a first line that was never finished is written anew', async () => {
  const folder = newFolder()
  await makeMachine(sandboxIn(folder))
  truncateSync(fileIn(folder), 5)
  const provider = sandboxIn(folder)
  const host = await makeMachine(provider)
  assert.is(codeOf(await act(host, { steps: [put('/etc/one', '1')] })), 'done')
  assert.is(await contentAt(hostOf(sandboxIn(folder)), '/etc/one'), '1')
})

test('a damaged line in the middle is a fault, never another world', async () => {
  const folder = newFolder()
  const host = await makeMachine(sandboxIn(folder))
  await act(host, { steps: [put('/etc/one', '1')] })
  const text = readFileSync(fileIn(folder), 'utf8')
  writeFileSync(fileIn(folder), text.replace('{"is":"begin"', '{"is"!"begin"'))
  const why = `${fileIn(folder)}: a line is damaged`
  const fault = { code: 'PROVIDER_FAILED', provider: 'sandbox', why }
  assert.equal(await answer(hostOf(sandboxIn(folder)), fileProbe('/etc/one')), fault)
  assert.equal(await act(hostOf(sandboxIn(folder)), {}), { is: 'failed', step: 0, fault })
})

test('a log of a newer version is a fault', async () => {
  const folder = newFolder()
  await makeMachine(sandboxIn(folder))
  writeFileSync(fileIn(folder), '{"sandbox":2,"salt":"x"}\n')
  assert.is(codeOf(await act(sandboxIn(folder), {})), 'failed PROVIDER_FAILED')
})

test('a look writes nothing, and what is written is for its owner only', async () => {
  const folder = newFolder()
  const provider = sandboxIn(folder)
  await ledgerOf(provider)
  assert.equal(readdirSync(folder), [])
  await makeMachine(provider)
  assert.is(statSync(fileIn(folder)).mode & 0o777, 0o600)
  assert.is(statSync(join(folder, 'sandbox')).mode & 0o777, 0o700)
})

test('a place where no file can be is a fault', async () => {
  const folder = newFolder()
  writeFileSync(join(folder, 'sandbox'), 'in the way')
  assert.is(codeOf(await act(sandboxIn(folder), {})), 'failed PROVIDER_FAILED')
})

test('what another process did meanwhile is seen at once', async () => {
  const folder = newFolder()
  const one = await makeMachine(sandboxIn(folder))
  const two = hostOf(sandboxIn(folder))
  assert.is(await contentAt(two, '/etc/one'), undefined)
  await act(one, { steps: [put('/etc/one', '1')] })
  assert.is(await contentAt(two, '/etc/one'), '1')
  await act(two, { steps: [put('/etc/one', '2')] })
  assert.is(await contentAt(one, '/etc/one'), '2')
})

test('a log that has grown to a multiple of its world is written short, also under the eyes of others', async () => {
  const folder = newFolder()
  const one = await makeMachine(sandboxIn(folder))
  const two = hostOf(sandboxIn(folder))
  await act(one, { claims: [fileClaim('/etc/one')], steps: [put('/etc/one', 'first')] })
  assert.is(await contentAt(two, '/etc/one'), 'first')
  const big = 'x'.repeat(200_000)
  for (let time = 0; time < 12; time++) await act(one, { steps: [put('/etc/one', `${big}${time}`)] })
  assert.ok(statSync(fileIn(folder)).size < 2_000_000)
  assert.is(await contentAt(two, '/etc/one'), `${big}11`)
  await act(two, { steps: [put('/etc/one', 'last')] })
  assert.is(await contentAt(one, '/etc/one'), 'last')
  assert.is((await ledgerOf(hostOf(sandboxIn(folder))))[0]?.before, 'absent')
  assert.equal(readdirSync(join(folder, 'sandbox')), ['demo.log'])
})

test('no secret is ever in the log, and a file that holds one is compared without telling it', async () => {
  const folder = newFolder()
  const host = await makeMachine(sandboxIn(folder))
  const secret = { secret: 'tracker.token', as: [] }
  const text = ['TOKEN=', secret, '\n']
  const up: Step = {
    do: 'up',
    via: 'docker.main',
    project: 'demo',
    service: 'tracker',
    root: '/opt/x',
    image: 'x',
    digest: [{ digest: [[secret]] }],
    files: [],
    networks: [],
    ready: { seconds: 1 },
    opens: [],
  }
  await act(host, {
    claims: [fileClaim('/etc/one')],
    steps: [
      put('/etc/one', text),
      { do: 'run', via: 'vm.main', argv: ['tool', [secret]], effects: [] },
      install('docker.io'),
      up,
      { ...up, service: 'mysql' },
      {
        do: 'sql',
        via: 'mysql.main',
        project: 'demo',
        service: 'mysql',
        folder: '/p',
        statement: ['ALTER USER x IDENTIFIED BY ', secret],
        account: 'demo/mysql/x /p',
        password: [secret],
      },
      { ...put('/etc/two', 'x'), done: fileProbe('/etc/none', text) },
    ],
  })
  await act(host, { claims: [fileClaim('/etc/one', 'share')], steps: [put('/etc/one', [secret])] })
  assert.is(readFileSync(fileIn(folder), 'utf8').includes(CANARY), false)
  const owned = { mode: '0644', owner: 'root', group: 'root' }
  assert.equal(await answer(host, fileProbe('/etc/one')), owned)
  assert.equal(await answer(host, fileProbe('/etc/one', [secret])), { ...owned, same: true })
  assert.equal(await answer(host, fileProbe('/etc/one', text)), { ...owned, same: false })
  const container = { ask: 'container', key: 'demo/tracker', via: 'docker.main' } as const
  const same = async (match: typeof text) =>
    ((await answer(host, { ...container, match: [{ digest: [match] }] })) as { same: boolean }).same
  assert.equal([await same([secret]), await same(text)], [true, false])
})

const child = (script: string) => {
  const desk = new URL('./desk.ts', import.meta.url).href
  const source = `import { act, codeOf, hostOf, put, sandboxIn } from ${JSON.stringify(desk)}\n${script}`
  return spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', source], { stdio: ['ignore', 'pipe', 'inherit'] })
}
const endOf = (one: ReturnType<typeof child>) => new Promise(resolve => one.once('exit', resolve))

test('processes that write at once lose nothing of each other, also while the log is written short', async () => {
  const folder = newFolder()
  const host = await makeMachine(sandboxIn(folder))
  const ballast = 'x'.repeat(40_000)
  const writers = ['a', 'b', 'c'].map((name, index) =>
    child(`
      const host = hostOf(sandboxIn(${JSON.stringify(folder)}))
      const until = Date.now() + 60_000
      for (let file = 0; file < 40 && Date.now() < until; ) {
        const steps = [put('/etc/ballast', ${JSON.stringify(ballast)} + file), put('/etc/${name}' + file, '${name}' + file)]
        const code = codeOf(await act(host, { run: ${(index + 1) * 10_000} + file, steps }))
        if (code === 'done') file++
        else if (code !== 'failed HOST_BUSY') throw new Error(code)
      }
    `),
  )
  assert.equal(await Promise.all(writers.map(endOf)), [0, 0, 0])
  for (const name of ['a', 'b', 'c']) {
    for (let file = 0; file < 40; file++) assert.is(await contentAt(host, `/etc/${name}${file}`), `${name}${file}`)
  }
  assert.ok(statSync(fileIn(folder)).size < 3_000_000)
  assert.equal(shotOf(right(openLog(fileIn(folder)).read())), readAgain(fileIn(folder)))
})

test('a process that is killed in the middle loses nothing it wrote, and holds up nobody', async () => {
  const folder = newFolder()
  await makeMachine(sandboxIn(folder))
  const killed = child(`
    const host = hostOf(sandboxIn(${JSON.stringify(folder)}, {
      pace: step => (step.path === '/etc/two' ? 1 : 0),
      sleep: () => new Promise(() => { process.stdout.write('asleep'); setInterval(() => {}, 1000) }),
    }))
    await act(host, { run: 77, steps: [put('/etc/one', '1'), put('/etc/two', '2')] })
  `)
  await new Promise(resolve => killed.stdout.once('data', resolve))
  const host = hostOf(sandboxIn(folder))
  assert.is(codeOf(await act(host, { run: 78 })), 'failed HOST_BUSY')
  const ended = endOf(killed)
  killed.kill('SIGKILL')
  await ended
  assert.equal([await contentAt(host, '/etc/one'), await contentAt(host, '/etc/two')], ['1', undefined])
  assert.is(codeOf(await act(host, { run: 78, steps: [put('/etc/two', '2')] })), 'done')
})

test.run()
