import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { change, viewOf } from '../../engine/model/model.js'
import { HOSTS, roleIn } from '../support/environments.js'
import { WITH_ENGINE } from '../support/stacked.js'
import { decideAs, settle, stageWith } from '../support/stage.js'

const host = HOSTS[1] as (typeof HOSTS)[number]
const roleWith = (service: object) =>
  roleIn({ 'compose-stack': { services: { once: { image: 'a/b:1', ...service } } }, tracker: { udp: [6969] } }, 'compose-stack.main', {
    host,
  })

/** What is left to do for a service that was started, and has ended since. */
const afterEnd = async (service: object, ended: object) => {
  const stage = stageWith(host, 'demo', WITH_ENGINE)
  await settle(stage, roleWith(service))
  const [place] = [...stage.model.hosts.values()]
  const was = place && viewOf(place).at('container', 'demo/once')
  if (place === undefined || was === undefined) throw new Error('it was never started')
  change(place, { ask: 'container', key: 'demo/once', to: { ...was, running: false, ...ended } })
  return decideAs(stage, roleWith(service))
}

test('a service that may end, and has ended well, is as wanted', async () => {
  for (const restart of ['no', 'on-failure', 'on-failure:3']) {
    assert.is((await afterEnd({ restart }, { ended: true })).action, 'none')
    assert.is((await afterEnd({ restart }, {})).action, 'update')
  }
})

test('any other has to run, also where nothing is said about it', async () => {
  for (const service of [{}, { restart: 'always' }, { restart: 'unless-stopped' }])
    assert.is((await afterEnd(service, { ended: true })).action, 'update')
})

test('its end is waited for as a start that went well', async () => {
  const ups = async (service: object) => {
    const { steps } = await decideAs(stageWith(host, 'demo', WITH_ENGINE), roleWith(service))
    return steps.flatMap(step => (step.do === 'up' ? [step.ready.ends === true] : []))
  }
  assert.equal(await ups({ restart: 'no' }), [true])
  assert.equal(await ups({}), [false])
})

test.run()
