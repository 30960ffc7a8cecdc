import { spawnSync } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { dockerLogs, entriesOf } from '../../cli/container-log.js'
import { folder } from '../support/cli.js'

type Wanted = Parameters<typeof dockerLogs>[1]
const WANTED: Wanted = { follow: false, lines: undefined, since: undefined, json: false }
const CONTAINER = { project: 'demo', service: 'tracker' }

/** What an engine with one container of the tracker's is asked for. */
const asked = (wanted: Partial<Wanted>, service = 'tracker') => {
  const bin = folder()
  const docker = join(bin, 'docker')
  writeFileSync(docker, '#!/bin/sh\ncase $1 in ps) case $* in *service=tracker*) echo abc; esac;; *) echo "$@"; echo err >&2; esac\n')
  chmodSync(docker, 0o755)
  const [program = '', ...args] = dockerLogs({ ...CONTAINER, service }, { ...WANTED, ...wanted })
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', env: { PATH: `${bin}:${process.env.PATH}`, TZ: 'UTC' } })
  return { status, stdout, stderr }
}

test('both streams of the one container of that service come, the last hundred lines of them unless told', () => {
  assert.equal(asked({}), { status: 0, stdout: 'logs --tail=100 abc\nerr\n', stderr: '' })
  assert.is(asked({ follow: true }).stdout, 'logs --follow --tail=10 abc\nerr\n')
  assert.is(asked({ json: true, lines: 5 }).stdout, 'logs --timestamps --tail=5 abc\nerr\n')
  assert.equal(asked({}, 'mysql'), { status: 1, stdout: '', stderr: 'mysql has no container here\n' })
})

test('a time is read by the clock of the host', () => {
  const day = Date.parse('2026-03-31T14:30:00Z') / 1000
  assert.is(asked({ since: '2026-03-31 14:30' }).stdout, `logs --since ${day} abc\nerr\n`)
  const [, ago] = /--since (\d+) /.exec(asked({ since: '-2h' }).stdout) ?? []
  assert.ok(Math.abs(Date.now() / 1000 - 7200 - Number(ago)) < 60)
  const [, midnight] = /--since (\d+) /.exec(asked({ since: 'today' }).stdout) ?? []
  assert.is(Number(midnight) % 86_400, 0)
})

test('for programs each line has its time', () => {
  assert.equal(entriesOf('2026-11-21T22:42:48.964337777Z one: two\n2026-11-21T22:42:49Z \n', 'tracker'), [
    { time: '2026-11-21T22:42:48.964Z', unit: 'tracker', text: 'one: two' },
    { time: '2026-11-21T22:42:49.000Z', unit: 'tracker', text: '' },
  ])
})

test.run()
