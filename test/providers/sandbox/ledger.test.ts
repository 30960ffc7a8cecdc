import { test } from 'uvu'
import * as assert from 'uvu/assert'
import {
  act,
  answer,
  by,
  codeOf,
  contentAt,
  fileClaim,
  hostOf,
  install,
  ledgerOf,
  machine,
  machineClaim,
  makeMachine,
  newFolder,
  packageClaim,
  put,
  restore,
  reveal,
  sandboxIn,
} from './desk.js'

const ufw = { ask: 'package', key: 'ufw', via: 'vm.main' } as const

test('the ledger says who holds a thing, and what was there before', async () => {
  const host = await makeMachine(sandboxIn(newFolder()))
  await act(host, { addr: 'vm.main', claims: [fileClaim('/etc/one')], steps: [put('/etc/one', 'ours')] })
  assert.equal(await ledgerOf(host), [
    { what: 'file', id: '/etc/one', via: 'vm.main', hold: 'own', by: [by('demo', 'vm.main')], before: 'absent' },
  ])
})

test('what was there before comes back when it is restored', async () => {
  const host = await makeMachine(sandboxIn(newFolder()))
  const claims = [fileClaim('/etc/one', 'share')]
  await act(host, { steps: [put('/etc/one', 'theirs')] })
  await act(host, { claims, steps: [put('/etc/one', 'ours')] })
  await act(host, { claims, steps: [put('/etc/one', 'ours, again')] })
  const held = await ledgerOf(host)
  assert.equal(
    held.map(({ before }) => before),
    ['present'],
  )
  await act(host, { steps: held.map(restore), releases: claims })
  assert.is(await contentAt(host, '/etc/one'), 'theirs')
  assert.equal(await ledgerOf(host), [])
})

test('what was absent before goes when it is restored, and that twice is fine', async () => {
  const host = await makeMachine(sandboxIn(newFolder()))
  const claims = [fileClaim('/etc/one')]
  await act(host, { claims, steps: [put('/etc/one', 'ours')] })
  const steps = (await ledgerOf(host)).map(restore)
  assert.is(codeOf(await act(host, { steps })), 'done')
  assert.is(codeOf(await act(host, { steps, releases: claims })), 'done')
  assert.is(await contentAt(host, '/etc/one'), undefined)
})

test('alone is refused where somebody else put a thing that carries no mark', async () => {
  const host = await makeMachine(sandboxIn(newFolder()))
  await act(host, { steps: [put('/etc/one', 'theirs')] })
  const outcome = await act(host, { claims: [fileClaim('/etc/one')], steps: [put('/etc/one', 'ours')] })
  assert.equal(outcome, { is: 'failed', step: 0, fault: { code: 'NOT_OURS', what: 'file', id: '/etc/one' } })
  assert.is(await contentAt(host, '/etc/one'), 'theirs')
  assert.equal(await ledgerOf(host), [])
})

test('alone is refused where another environment holds a thing, and by whom is said', async () => {
  const host = await makeMachine(sandboxIn(newFolder()))
  await act(host, { claims: [fileClaim('/etc/one')], steps: [put('/etc/one', 'ours')] })
  const outcome = await act(host, { environment: 'other', claims: [fileClaim('/etc/one')], steps: [] })
  assert.equal(outcome, {
    is: 'failed',
    step: 0,
    fault: { code: 'NOT_OURS', what: 'file', id: '/etc/one', by: 'note.main of demo' },
  })
})

test('a package that two environments share is released by the last of them only', async () => {
  const host = await makeMachine(sandboxIn(newFolder()))
  const share = { claims: [packageClaim('ufw')], steps: [install('ufw')] }
  await act(host, { ...share, environment: 'one' })
  await act(host, { ...share, environment: 'two' })
  assert.equal((await ledgerOf(host))[0]?.by, [by('one', 'note.main'), by('two', 'note.main')])

  await act(host, { environment: 'one', releases: [packageClaim('ufw')] })
  assert.equal((await ledgerOf(host))[0]?.by, [by('two', 'note.main')])
  assert.is.not(await answer(host, ufw), undefined)

  await act(host, { environment: 'two', steps: (await ledgerOf(host)).map(restore), releases: [packageClaim('ufw')] })
  assert.is(await answer(host, ufw), undefined)
  assert.equal(await ledgerOf(host), [])
})

test('the answer to a batch carries only what its resource holds', async () => {
  const host = await makeMachine(sandboxIn(newFolder()))
  await act(host, { addr: 'note.one', claims: [fileClaim('/etc/one')], steps: [put('/etc/one', '')] })
  const outcome = await act(host, { addr: 'note.two', claims: [fileClaim('/etc/two')], steps: [put('/etc/two', '')] })
  assert.is(outcome.is, 'done')
  if (outcome.is === 'done')
    assert.equal(
      outcome.look.ledger.map(({ id }) => id),
      ['/etc/two'],
    )
})

test('the labels of machines are the ledger of the provider', async () => {
  const provider = sandboxIn(newFolder())
  await makeMachine(provider)
  assert.equal(await ledgerOf(provider), [
    { what: 'machine', id: 'm', via: 'provider', hold: 'own', data: true, by: [by('demo', 'vm.main')], before: 'absent' },
  ])
})

test('a machine of another environment, or of nobody, is not taken over', async () => {
  const provider = sandboxIn(newFolder())
  await makeMachine(provider)
  const theirs = await act(provider, { environment: 'other', claims: [machineClaim], steps: [machine] })
  assert.equal(theirs, { is: 'failed', step: 0, fault: { code: 'NOT_OURS', what: 'machine', id: 'm', by: 'vm.main of demo' } })

  const unmarked = sandboxIn(newFolder())
  await act(unmarked, { steps: [machine] })
  const nobodys = await act(unmarked, { claims: [machineClaim], steps: [machine] })
  assert.equal(nobodys, { is: 'failed', step: 0, fault: { code: 'NOT_OURS', what: 'machine', id: 'm' } })
})

test('a deleted machine takes its host and its ledger along; a new one of its name is empty', async () => {
  const provider = sandboxIn(newFolder())
  const host = await makeMachine(provider)
  await act(host, { claims: [fileClaim('/etc/one')], steps: [put('/etc/one', 'x')] })
  await act(provider, { addr: 'vm.main', steps: [{ do: 'machine delete', via: 'provider', name: 'm' }] })
  assert.equal(await ledgerOf(provider), [])
  const unreachable = { code: 'UNREACHABLE', host: 'm', why: 'there is no such machine' }
  assert.equal(await answer(host, ufw), unreachable)
  assert.equal((await host.look([ufw], reveal)).answers, [{ is: 'unasked', via: 'vm.main', fault: unreachable }])

  await makeMachine(provider)
  assert.is(await contentAt(hostOf(provider), '/etc/one'), undefined)
  assert.equal(await ledgerOf(hostOf(provider)), [])
})

test.run()
