import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { MachineSeen, Step } from '../../../engine/contract.js'
import { act, reveal } from '../sandbox/desk.js'
import { AT, faultOf, instance, pool, profile, refuses, sync } from './answers.js'
import { NAME, probe } from './life.js'
import { type Exchange, lxdAt, replay } from './replay.js'

const lookedAtBy = async (environment: string, exchanges: ReadonlyArray<Exchange>) => {
  const replayed = await replay(exchanges)
  const provider = lxdAt({ socket: replayed.socket, project: 'ours' }, {}, '/nowhere', environment)
  const look = await provider.look([probe], reveal)
  const steps: ReadonlyArray<Step> = [{ do: 'machine delete', via: 'provider', name: NAME }]
  const outcome = await act(provider, { addr: 'vm.main', environment, fence: 9, steps })
  await provider.close()
  replayed.close()
  return { look, outcome, asked: replayed.asked.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path}`) }
}
const project = sync('GET', '/1.0/projects/ours?project=ours', {})
const inProject = [sync('GET', '/1.0?project=ours', { auth: 'trusted' }), project]
const listed = (instances: ReadonlyArray<object>): Exchange => sync('GET', '/1.0/instances?recursion=1&project=ours', instances)
const calm = [sync('GET', '/1.0/operations?recursion=1&project=ours', {}), sync('GET', '/1.0/operations?recursion=1&project=other', {})]
const NOWHERE = sync('GET', '/1.0/instances?recursion=1&all-projects=true', [])

test('a machine of somebody else is not told of, not logged in to and not touched', async () => {
  for (const [more, by] of [
    [{}, 'vm.main of demo'],
    [{ config: {} }, undefined],
  ] as const) {
    const one = instance({ project: 'ours', ...more })
    const at = sync('GET', `${AT}?project=ours`, one, 'one')
    const { look, outcome, asked } = await lookedAtBy('thief', [...inProject, ...calm, listed([one]), at])
    const fault = { code: 'NOT_OURS', what: 'machine', id: NAME, ...(by !== undefined && { by }) }
    assert.equal(look.answers, [{ is: 'unasked', via: 'provider', fault }])
    assert.equal(faultOf(outcome), fault)
    assert.equal(asked, [])
  }
})

test('a copy has all labels of ours, and is none of ours', async () => {
  const made = JSON.stringify({ name: 'original', image: 'debian/13', extra: {} })
  const copy = instance({ config: { ...instance().config, 'user.deployer.made': made } })
  const { look } = await lookedAtBy('demo', [...inProject, ...calm, listed([copy])])
  assert.is(look.answers[0]?.is === 'unasked' && look.answers[0].fault.code, 'NOT_OURS')
  assert.equal(look.ledger, [])
})

test('a machine that is in another project than the file says now is found there, and goes from there', async () => {
  const stray = instance({ project: 'other' })
  const others = [stray, instance({ project: 'else', config: { ...stray.config, 'user.deployer.environment': 'another' } })]
  const { look, outcome, asked } = await lookedAtBy('demo', [
    ...inProject,
    ...calm,
    listed([]),
    sync('GET', '/1.0/instances?recursion=1&all-projects=true', others),
    sync('GET', `${AT}?project=other`, stray, 'one'),
    sync('PATCH', `${AT}?project=other`, {}),
    sync('DELETE', `${AT}?project=other`, {}),
  ])
  assert.is(look.answers[0]?.is === 'present' && (look.answers[0].value as MachineSeen).config.project, 'other')
  assert.equal(
    look.ledger.map(({ id, by }) => [id, by[0]?.environment]),
    [[NAME, 'demo']],
  )
  assert.is(faultOf(outcome), 'done')
  assert.equal(asked, [`PATCH ${AT}?project=other`, `DELETE ${AT}?project=other`])
})

const ground = [
  { ...profile, path: `${profile.path}?project=ours` },
  { ...pool, path: `${pool.path}?project=ours` },
]

test('where nobody may look into other projects, a machine that is not here is not there', async () => {
  const closed = { ...NOWHERE, ...refuses('GET', NOWHERE.path, 403, 'no') }
  const { look } = await lookedAtBy('demo', [...inProject, ...calm, ...ground, listed([]), closed])
  assert.equal(look.answers, [{ is: 'absent' }])
})

test.run()
