import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Claim, Step, StepOf } from '../../engine/contract.js'
import { routesOf } from '../../engine/routes.js'
import { partsOf } from '../../engine/run/batches.js'
import { covers } from '../../engine/run/covers.js'

const login = { user: 'me', port: 22 }
const host = { os: 'debian', version: '13', arch: 'amd64', ipv6: true }
const routes = routesOf([
  { fact: 'reach', from: 'vm.main', through: 'provider', machine: { name: 'demo', login, host } } as never,
  { fact: 'reach', from: 'docker.main', through: 'vm.main' },
])
const dir = (via: Step['via'], path: string): Step => ({ do: 'dir', via, path, mode: '0755', owner: 'root', group: 'root' })
const confirm: Step = { do: 'confirm', via: 'vm.main', name: 'ssh', port: 2222 }
const claim = (via: Claim['via'], id: string): Claim => ({ what: 'file', id, via, hold: 'own' })

test('what is reached through something ends at its machine', () => {
  assert.is(routes.rootOf('docker.main'), 'vm.main')
  assert.is(routes.rootOf('provider'), 'provider')
  assert.equal(routes.chainOf('docker.main'), ['docker.main', 'vm.main'])
})

test('steps that follow each other at one place travel together', () => {
  const parts = partsOf(
    { steps: [dir('provider', '/a'), dir('vm.main', '/b'), dir('docker.main', '/c')], claims: [], releases: [] },
    routes,
  )
  assert.equal(
    parts.map(({ root, steps, last }) => [root, steps.length, last]),
    [
      ['provider', 1, true],
      ['vm.main', 2, true],
    ],
  )
})

test('a confirmation is a batch of its own', () => {
  const parts = partsOf({ steps: [dir('vm.main', '/a'), confirm, dir('vm.main', '/b')], claims: [], releases: [] }, routes)
  assert.equal(
    parts.map(({ steps, last }) => [steps.map(step => step.do), last]),
    [
      [['dir'], false],
      [['confirm'], false],
      [['dir'], true],
    ],
  )
})

test('claims go first and releases last, also where there is nothing to do', () => {
  const work = {
    steps: [dir('vm.main', '/a'), confirm],
    claims: [claim('vm.main', '/a'), claim('provider', '/p')],
    releases: [claim('vm.main', '/z')],
  }
  assert.equal(
    partsOf(work, routes).map(({ root, claims, releases }) => [root, claims.length, releases.length]),
    [
      ['vm.main', 1, 0],
      ['vm.main', 0, 1],
      ['provider', 1, 0],
    ],
  )
})

test('fewer steps, and fewer packages in one, are covered by what was shown; anything else is not', () => {
  const install = (...packages: ReadonlyArray<string>): StepOf<'install'> => ({
    do: 'install',
    via: 'vm.main',
    packages,
    mutex: 'packages',
  })
  assert.ok(covers([install('a', 'b'), confirm], [install('b')]))
  assert.ok(covers([confirm], []))
  assert.not(covers([install('a')], [install('a', 'c')]))
  assert.ok(covers([{ ...install('a', 'b'), upgrade: true }], [install('a')]))
  assert.not(covers([install('a')], [{ ...install('a'), upgrade: true }]))
  const wait: Step = { do: 'wait ready', via: 'vm.main', seconds: 300 }
  assert.ok(covers([{ ...wait, first: true }], [wait]))
  assert.not(covers([wait], [{ ...wait, first: true }]))
  assert.not(covers([confirm], [{ ...confirm, port: 22 }]))
})

test.run()
