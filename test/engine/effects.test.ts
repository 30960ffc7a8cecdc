import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Ask } from '../../engine/contract.js'
import { effects } from '../../engine/model/effects.js'
import { change, emptyModel, type Model, type Place, perform, viewOf } from '../../engine/model/model.js'
import { objection } from '../../engine/model/objection.js'
import type { SealedStep } from '../../engine/model/seal.js'
import { anyStep, everySort } from '../support/any-step.js'

type Loose = { readonly do: string } & { readonly [word: string]: unknown }
const step = (words: Loose): SealedStep => ({ via: 'vm.main', ...words }) as unknown as SealedStep

const newHost = (image = 'debian/13'): { readonly model: Model; readonly host: Place } => {
  const model = emptyModel()
  const machine = { name: 'm', image, cpus: 1, memory: 1, disk: 1, labels: {}, userData: '', first: [], extra: {} }
  perform(model, model.provider, step({ do: 'machine create', ...machine }))
  return { model, host: model.hosts.get('m') as Place }
}
const after = (steps: ReadonlyArray<Loose>, image?: string): Place => {
  const { model, host } = newHost(image)
  for (const words of steps) perform(model, host, step(words))
  return host
}
const at = (place: Place, ask: Ask, key: string): unknown => viewOf(place).at(ask, key)
const put = (path: string, content: unknown): Loose => ({ do: 'put', path, content, mode: '0644', owner: 'root', group: 'root' })
const dir = (path: string): Loose => ({ do: 'dir', path, mode: '0755', owner: 'root', group: 'root' })
const install = (...packages: ReadonlyArray<string>): Loose => ({ do: 'install', packages })

/** One path is one thing: a host would not do it, and no world is like that. */
const isInTheWay = (one: SealedStep, place: Place): boolean =>
  ['put', 'dir', 'cron', 'engine config'].includes(one.do) && objection(one, viewOf(place)) !== undefined

const performAll = (steps: ReadonlyArray<SealedStep>): Model => {
  const { model } = newHost()
  for (const one of steps) {
    const place = one.via === 'provider' ? model.provider : model.hosts.get('m')
    if (place !== undefined && !isInTheWay(one, place)) perform(model, place, one)
  }
  return model
}

const touched = (place: Place | undefined): ReadonlyArray<readonly [Ask, string]> =>
  [...(place?.things ?? [])].flatMap(([ask, known]) => [...known.keys()].map(key => [ask, key] as const))

/** All that was touched in either is the same in both. */
const assertSame = (one: Model, other: Model): void => {
  assert.equal([...one.hosts.keys()], [...other.hosts.keys()])
  for (const name of ['provider', ...one.hosts.keys()]) {
    const [mine, theirs] = [one, other].map(({ provider, hosts }) => (name === 'provider' ? provider : hosts.get(name))) as [Place, Place]
    const keys = [...touched(mine), ...touched(theirs)]
    const answers = (place: Place) => keys.map(([ask, key]) => [ask, key, at(place, ask, key)])
    assert.equal(answers(mine), answers(theirs))
  }
}

test('every sort of step has effects on any host, and they survive JSON', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 12 }), anyStep, (before, last) => {
      const model = performAll(before)
      const place = last.via === 'provider' ? model.provider : model.hosts.get('m')
      if (place === undefined) return
      const changes = effects(last, viewOf(place))
      const wired = JSON.parse(JSON.stringify(changes.map(one => ({ ...one, to: one.to ?? null }))))
      assert.equal(
        wired,
        changes.map(one => ({ ...one, to: one.to ?? null })),
      )
    }),
    { numRuns: 300 },
  )
})

test('the generator knows every sort of step', () => {
  const seen = new Set(fc.sample(anyStep, { numRuns: 2000, seed: 1 }).map(one => one.do))
  assert.equal([...seen].sort(), [...everySort].sort())
})

test('the same steps make the same model', () => {
  fc.assert(fc.property(fc.array(anyStep, { maxLength: 20 }), steps => assert.equal(performAll(steps), performAll(steps))))
})

test('a step done twice leaves the answers that it left once', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 10 }), anyStep, (before, last) => {
      assertSame(performAll([...before, last, last]), performAll([...before, last]))
    }),
    { numRuns: 300 },
  )
})

test('a step that is cut anywhere, and then done, ends like one that was done once', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 10 }), anyStep, fc.nat({ max: 6 }), (before, last, part) => {
      const cut = performAll(before)
      const place = last.via === 'provider' ? cut.provider : cut.hosts.get('m')
      if (place === undefined || isInTheWay(last, place)) return
      perform(cut, place, last, { part })
      perform(cut, place, last)
      assertSame(cut, performAll([...before, last]))
    }),
    { numRuns: 1000 },
  )
})

test('a machine comes with a host that answers like a new one, and with what cloud-init made', () => {
  const model = emptyModel()
  const first = [{ ask: 'user', key: 'ann', to: { shell: '/bin/bash', groups: ['sudo'], sudo: true, keys: ['k'] } }]
  const words = { name: 'm', image: 'debian/12', cpus: 2, memory: 4, disk: 8, labels: { a: 'b' }, userData: '', first, extra: {} }
  perform(model, model.provider, step({ do: 'machine create', ...words }))
  const host = model.hosts.get('m') as Place
  assert.equal(host.host, { os: 'debian', version: '12', arch: 'amd64', ipv6: true })
  assert.equal(at(host, 'user', 'ann'), first[0]?.to)
  assert.equal(at(host, 'dir', '/home/ann'), { mode: '0755', owner: 'ann', group: 'ann' })
  assert.equal(at(host, 'member', 'ann/sudo'), { user: 'ann', group: 'sudo' })
  assert.equal(at(host, 'setting', 'hostname'), { value: 'm' })
  assert.equal(at(host, 'setting', 'timezone'), { value: 'Etc/UTC' })
  assert.equal(at(host, 'sshd', 'sshd'), { ports: [22], passwords: true, root: true })
  assert.equal(at(host, 'unit', 'ssh.service'), { active: true, enabled: true })
  assert.equal(at(host, 'sysctl', 'net.core.rmem_max'), { value: '212992' })
  assert.equal(at(host, 'firewall', 'ufw'), undefined)
  assert.equal(at(model.provider, 'sysctl', 'net.core.rmem_max'), undefined)
})

test('a second create of the same name makes nothing', () => {
  const { model, host } = newHost()
  perform(model, host, step(put('/etc/one', 'kept')))
  const again = { name: 'm', image: 'ubuntu/24.04', cpus: 9, memory: 9, disk: 9, labels: {}, userData: '', first: [], extra: {} }
  perform(model, model.provider, step({ do: 'machine create', ...again }))
  assert.is(model.hosts.get('m'), host)
})

test('a machine takes its host with it', () => {
  const { model } = newHost()
  perform(model, model.provider, step({ do: 'machine delete', name: 'm' }))
  assert.is(model.hosts.size, 0)
  assert.equal(at(model.provider, 'machine', 'm'), undefined)
})

test('the engine of Debian 13 starts with the daemon.json that lies there', () => {
  const host = after([dir('/etc/docker'), put('/etc/docker/daemon.json', '{"live-restore":true}'), install('docker.io', 'docker-compose')])
  assert.equal(at(host, 'engine', 'docker'), { version: '26.1.5', compose: '2.26.1', config: { 'live-restore': true } })
  assert.equal(at(host, 'unit', 'docker.service'), { active: true, enabled: true })
})

test('an edited daemon.json is not loaded before the engine starts again', () => {
  const edited = [install('docker.io'), dir('/etc/docker'), put('/etc/docker/daemon.json', '{"ipv6":true}')]
  const config = (steps: ReadonlyArray<Loose>) => (at(after(steps), 'engine', 'docker') as { config: unknown } | undefined)?.config
  assert.equal(config(edited), {})
  assert.equal(config([...edited, { do: 'unit', name: 'docker.service', active: true }]), {})
  assert.equal(config([...edited, { do: 'unit', name: 'docker.service', again: 'restart' }]), { ipv6: true })
  assert.equal(config([...edited, { do: 'unit', name: 'docker.service', active: false }]), undefined)
})

test('compose comes and goes beside a running engine', () => {
  const compose = (steps: ReadonlyArray<Loose>) => (at(after(steps), 'engine', 'docker') as { compose: string }).compose
  assert.is(compose([install('docker.io')]), '')
  assert.is(compose([install('docker.io'), install('docker-compose')]), '2.26.1')
  assert.is(compose([install('docker.io', 'docker-compose'), { do: 'uninstall', packages: ['docker-compose'] }]), '')
})

test('uninstalling takes units, engine and firewall along', () => {
  const rule = { allow: true, port: '22', proto: 'tcp', from: 'any' }
  const host = after([
    install('docker.io', 'ufw'),
    { do: 'rule add', rule, comment: 'x' },
    { do: 'uninstall', packages: ['docker.io', 'ufw'] },
  ])
  assert.equal(
    [at(host, 'package', 'ufw'), at(host, 'firewall', 'ufw'), at(host, 'rules', 'ufw'), at(host, 'rule', 'allow 22/tcp')],
    [undefined, undefined, undefined, undefined],
  )
  assert.equal([at(host, 'engine', 'docker'), at(host, 'unit', 'docker.service')], [undefined, undefined])
})

test('ufw is there and inactive once installed, and from the beginning on Ubuntu', () => {
  const idle = { active: false, incoming: 'deny', outgoing: 'allow', routed: 'disabled', ipv6: true }
  assert.equal(at(after([install('ufw')]), 'firewall', 'ufw'), idle)
  assert.equal(at(after([], 'ubuntu/24.04'), 'firewall', 'ufw'), idle)
})

test('the unit of ufw is enabled by its package and not started, as on Debian 12 and 13', () => {
  assert.equal(at(after([install('ufw')]), 'unit', 'ufw.service'), { active: false, enabled: true })
})

test("the firewall's configuration outlives its package", () => {
  const { model, host } = newHost()
  const active = { do: 'firewall', active: true, incoming: 'deny', outgoing: 'allow', routed: 'deny', ipv6: true }
  for (const words of [install('ufw'), active]) perform(model, host, step(words))
  change(host, { ask: 'package', key: 'ufw', to: undefined })
  perform(model, host, step(install('ufw')))
  assert.is((at(host, 'firewall', 'ufw') as { active: boolean }).active, true)
})

test('a rule is in the list of rules once, with its newest comment', () => {
  const rule = { allow: true, port: '6969', proto: 'udp', from: 'any' }
  const host = after([install('ufw'), { do: 'rule add', rule, comment: 'a' }, { do: 'rule add', rule, comment: 'b' }])
  assert.equal(at(host, 'rules', 'ufw'), { rules: [{ ...rule, comment: 'b' }] })
  assert.equal(at(host, 'rule', 'allow 6969/udp'), { ...rule, comment: 'b' })
})

test('a folder goes with all that is in it, and nothing beside it', () => {
  const host = after([dir('/opt/a'), dir('/opt/a/b'), put('/opt/a/b/c', ''), put('/opt/ab', ''), { do: 'remove', path: '/opt/a' }])
  assert.equal([at(host, 'dir', '/opt/a'), at(host, 'dir', '/opt/a/b'), at(host, 'file', '/opt/a/b/c')], [undefined, undefined, undefined])
  assert.is.not(at(host, 'file', '/opt/ab'), undefined)
})

test('cron and systemd see the files that are put where they look', () => {
  const host = after([put('/etc/cron.d/x', '# why\n0 3 * * * root true\n'), put('/etc/systemd/system/x.service', '[Unit]\n[Install]\n')])
  assert.equal(at(host, 'cron', '/etc/cron.d/x'), { lines: ['0 3 * * * root true'] })
  assert.equal(at(host, 'unit', 'x.service'), { active: false, enabled: false })
  const gone = after([put('/etc/systemd/system/x.service', ''), { do: 'remove', path: '/etc/systemd/system/x.service' }])
  assert.equal(at(gone, 'unit', 'x.service'), undefined)
})

test('a user keeps its groups when its keys change, and leaves them when it goes', () => {
  const ann = { do: 'user', name: 'ann', shell: '/bin/sh', sudo: false, keys: [] }
  const added = [install('docker.io'), ann, { do: 'group add', user: 'ann', group: 'docker' }]
  assert.equal(at(after([...added, { ...ann, keys: ['k'] }]), 'user', 'ann'), {
    shell: '/bin/sh',
    groups: ['docker'],
    sudo: false,
    keys: ['k'],
  })
  const gone = after([...added, { do: 'user delete', name: 'ann' }])
  assert.equal([at(gone, 'user', 'ann'), at(gone, 'member', 'ann/docker'), at(gone, 'dir', '/home/ann')], [undefined, undefined, undefined])
})

test('an escape hatch changes exactly what it declares', () => {
  const declared = [{ ask: 'port', key: '6969/udp', to: { process: 'tracker' } }]
  assert.equal(effects(step({ do: 'run', argv: ['true'], effects: declared }), viewOf(after([]))), declared)
})

test('a host says why a step cannot work', () => {
  const says = (words: Loose, steps: ReadonlyArray<Loose> = []) => objection(step(words), viewOf(after(steps)))
  assert.is(says(put('/opt/none/x', '')), '/opt/none/x: No such file or directory')
  assert.is(says(put('/opt/some/x', ''), [dir('/opt/some')]), undefined)
  assert.is(says({ do: 'unit', name: 'none.service', active: true }), 'Unit none.service not found.')
  assert.is(says({ do: 'group add', user: 'root', group: 'docker' }), "group 'docker' does not exist")
  assert.is(says({ do: 'rule add', rule: {}, comment: '' }), 'ufw: command not found')
  assert.is(says({ do: 'pull', image: 'x', digest: 'y' }), 'Cannot connect to the Docker daemon. Is the docker daemon running?')
  assert.is(says({ do: 'confirm', name: 'x', port: 22 }), 'the undo x is not armed; it may have fired')
})

test.run()
