import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Probe } from '../../../engine/contract.js'
import { chains } from '../../../providers/remote/look/firewall.js'

const NAME = 'DEPLOYER-b230e2dc'
const RULE = '! -i dpb230e2dc+ -o dpb230e2dc+ -m conntrack --ctstate NEW -m conntrack ! --ctstate DNAT -j DROP'
const PROBE = { ask: 'chain', key: NAME, via: 'vm.main' } as Probe & { readonly ask: 'chain' }

/** What a host with these rules in FORWARD is read as. */
const readWith = (...forward: ReadonlyArray<string>) => {
  const folder = mkdtempSync(join(tmpdir(), 'deployer-chains-'))
  const says = { FORWARD: ['-P FORWARD DROP', ...forward], 'DOCKER-USER': ['-N DOCKER-USER', `-A DOCKER-USER -j ${NAME}`] }
  const tables = { ...says, [NAME]: [`-N ${NAME}`, `-A ${NAME} ${RULE}`] }
  const cases = Object.entries(tables).map(([table, lines]) => `${table}) cat <<'END'\n${lines.join('\n')}\nEND\n;;`)
  for (const program of ['iptables', 'ip6tables']) {
    writeFileSync(join(folder, program), `#!/bin/sh\ncase "$4" in\n${cases.join('\n')}\nesac\n`)
    chmodSync(join(folder, program), 0o755)
  }
  const text = execFileSync('sh', ['-c', chains.script([PROBE], '')], { env: { PATH: `${folder}:${process.env.PATH}` }, encoding: 'utf8' })
  rmSync(folder, { recursive: true })
  return chains.parse(text, [PROBE]).get(NAME)
}

const USER = '-A FORWARD -j DOCKER-USER'
const LETS_THROUGH = '-A FORWARD -o dpb230e2dc-visu -j DOCKER'
const IN_FORCE = { ipv4: [RULE], ipv6: [RULE] }

test('a chain is in force that packets meet before what Docker lets through', () => {
  assert.equal(readWith(USER, '-A FORWARD -j DOCKER-ISOLATION-STAGE-1', LETS_THROUGH), IN_FORCE)
  assert.is(readWith(LETS_THROUGH, USER), undefined)
  assert.is(readWith(LETS_THROUGH), undefined)
})

test('a chain stays in force when an engine that finds its containers running puts their isolation in front', () => {
  assert.equal(readWith('-A FORWARD -j DOCKER-ISOLATION-STAGE-1', USER, LETS_THROUGH), IN_FORCE)
})

test.run()
