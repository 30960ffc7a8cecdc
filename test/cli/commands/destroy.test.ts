import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { demo, deployer, parsed } from '../../support/cli.js'

const applied = async (): Promise<string> => {
  const cwd = demo()
  await deployer(['apply', '--yes'], { cwd })
  return cwd
}

test('destroy shows what dies, has the name typed, and leaves nothing', async () => {
  const cwd = await applied()
  const { code, stdout, stderr } = await deployer(['destroy'], { cwd, typed: ['demo'] })
  assert.is(code, 0)
  assert.match(stderr, '- delete  vm.main')
  assert.match(stderr, 'Type the name of the environment to destroy it: ')
  assert.match(stdout, 'demo is gone: 5 deleted')
  assert.equal(parsed(await deployer(['state', 'list', '--json'], { cwd })).result.resources, [])
  assert.match((await deployer(['destroy'], { cwd })).stdout, 'nothing to do')
})

test('another name, or y, destroys nothing', async () => {
  const cwd = await applied()
  for (const typed of ['y', 'dem', '']) assert.is((await deployer(['destroy'], { cwd, typed: [typed] })).code, 4)
  assert.is(parsed(await deployer(['plan', '--json'], { cwd })).result.tasks.length, 0)
})

test('what was typed instead of the name is said, and that nothing was destroyed', async () => {
  const cwd = await applied()
  const said = async (typed: string): Promise<string> => (await deployer(['destroy'], { cwd, typed: [typed] })).stderr
  assert.match(await said('demos'), 'destroy it: Nothing was destroyed: demos is not the name.\n')
  assert.match(await said(''), 'destroy it: Nothing was destroyed: no name was typed.\n')
})

test('who types the name in place of the file is told which file it is', async () => {
  const cwd = await applied()
  const { code, stderr } = await deployer(['destroy', 'demo'], { cwd })
  assert.equal(
    [code, stderr],
    [
      1,
      'error: FILE_MISSING: there is no file demo\n  demo is what environment.yaml calls its environment: name the file environment.yaml instead\n',
    ],
  )
  assert.match((await deployer(['destroy', 'demos'], { cwd })).stderr, 'Check the path, or write one with: deployer init')
})

test('Ctrl-C at the question destroys nothing, and says how to begin again', async () => {
  const cwd = await applied()
  let press = (): void => {}
  const { code, stderr } = await deployer(['destroy', 'environment.yaml'], {
    cwd,
    typed: [],
    onListening: heard => {
      press = heard
    },
    onProgress: text => {
      if (text.includes('Type the name')) setImmediate(press)
    },
  })
  assert.is(code, 130)
  assert.match(
    stderr,
    'error: INTERRUPTED: demo was interrupted; nothing was changed\n  To begin again: deployer destroy environment.yaml\n',
  )
  assert.is(parsed(await deployer(['plan', '--json'], { cwd })).result.tasks.length, 0)
})

test('without a terminal --yes answers, but lost data has to be named', async () => {
  const cwd = await applied()
  assert.is(parsed(await deployer(['destroy', '--json'], { cwd })).fault.code, 'ANSWER_NEEDED')
  const refused = await deployer(['destroy', '--yes', '--json'], { cwd })
  assert.equal([refused.code, parsed(refused).fault.code], [4, 'DATA_LOSS'])
  const { addrs } = parsed(refused).fault.facts
  assert.is(parsed(refused).fault.hint, `If that is meant, add: --accept-loss ${addrs.join(',')}`)
  const ran = await deployer(['destroy', '--yes', '--accept-loss', addrs.join(','), '--json'], { cwd })
  assert.equal([ran.code, parsed(ran).result.report.done.length], [0, 5])
})

test('flags that mean nothing to a destroy do not exist', async () => {
  assert.is(parsed(await deployer(['destroy', '--back-to', '1', '--json'], { cwd: demo() })).fault.code, 'USAGE')
})

test.run()
