/** On the lab's LXD over TLS, at a port of this machine: `npm run lab -- up`, then `npm test -- lxd-remote.lab`. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Step } from '../../engine/contract.js'
import { claim, makes, probe } from '../providers/lxd/life.js'
import { act, batch, codeOf, reveal } from '../providers/sandbox/desk.js'
import { lxc } from './lxd.js'
import { EXTRA, lxdHere, SYSTEM } from './lxd-desk.js'
import { dropProject, newProject } from './lxd-project.js'
import { must, run } from './run.js'

const test = suite('lxd over the network')
/** Names count for all projects that share a network. */
const PROJECT = 'dl-remote'
const NAME = 'dl-remote'
const URL = 'https://127.0.0.1:18443'
const folder = mkdtempSync(join(tmpdir(), 'lxd-remote-'))
const SERVER = '/var/lib/lxd/server.crt'
let before = ''

const newPair = async (name: string): Promise<void> => {
  const out = ['-keyout', join(folder, `${name}.key`), '-out', join(folder, `${name}.crt`)]
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384']
  await must(['openssl', 'req', '-x509', ...curve, '-nodes', '-subj', `/CN=${name}`, '-days', '2', ...out], 'install openssl')
}

/** A folder as lxc keeps it, which knows the server by this certificate. */
const confOf = (name: string, server: string | undefined): string => {
  const conf = join(folder, `conf-${name}`)
  mkdirSync(join(conf, 'servercerts'), { recursive: true })
  writeFileSync(join(conf, 'config.yml'), `remotes:\n  lab:\n    addr: ${URL}\n    protocol: lxd\n`)
  for (const ending of ['crt', 'key']) copyFileSync(join(folder, `client.${ending}`), join(conf, `client.${ending}`))
  if (server !== undefined) copyFileSync(server, join(conf, 'servercerts', 'lab.crt'))
  return conf
}

const faultAt = async (...[section, here]: Parameters<typeof lxdHere>): Promise<unknown> => {
  const provider = lxdHere(section, here)
  const { unreachable } = await provider.look([probe], reveal)
  await provider.close()
  return unreachable
}

test.before(async () => {
  before = (await lxc(['config', 'get', 'core.https_address'])).trim()
  await newProject(PROJECT)
  await newPair('client')
  await newPair('stranger')
  await lxc(['config', 'set', 'core.https_address', '127.0.0.1:18443'])
  await lxc(['config', 'trust', 'add', join(folder, 'client.crt'), '--name', 'dl-remote'])
})
test.after(async () => {
  const trusted = JSON.parse(await lxc(['config', 'trust', 'list', '--format', 'json'])) as ReadonlyArray<{
    name: string
    fingerprint: string
  }>
  for (const { name, fingerprint } of trusted) if (name === 'dl-remote') await run(['lxc', 'config', 'trust', 'remove', fingerprint])
  await lxc(before === '' ? ['config', 'unset', 'core.https_address'] : ['config', 'set', 'core.https_address', before])
  await dropProject(PROJECT)
})

test('a remote of lxc’s own configuration makes and deletes a machine, and says how far it is meanwhile', async () => {
  const provider = lxdHere({ remote: 'lab', project: PROJECT }, { env: { LXD_CONF: confOf('known', SERVER) } })
  const ours = { addr: 'vm.main', fence: 5, claims: [{ ...claim, id: NAME }], verify: [{ ...probe, key: NAME }] } as const
  const create = { ...makes(SYSTEM, { ...EXTRA, project: PROJECT }), name: NAME } as Step
  const told: string[] = []
  const made = await provider.act(batch({ ...ours, steps: [create] }), reveal, event => event.is === 'progress' && told.push(event.text))
  assert.is(codeOf(made), 'done')
  assert.match(told.join(), /unpacking the image, \d+ %/)
  assert.is(codeOf(await act(provider, { ...ours, claims: [], steps: [{ do: 'machine delete', via: 'provider', name: NAME }] })), 'done')
  await provider.close()
})

test('an address with a certificate and a key works once lxc knows the server', async () => {
  const remote = { url: URL, certificate: join(folder, 'client.crt'), key: join(folder, 'client.key') }
  assert.is(await faultAt({ remote, project: PROJECT }, { env: { LXD_CONF: confOf('address', SERVER) } }), undefined)
})

test('the server’s certificate, named by the file, counts before what lxc keeps of it', async () => {
  const remote = { url: URL, certificate: join(folder, 'client.crt'), key: join(folder, 'client.key') }
  assert.is(await faultAt({ remote: { ...remote, server_certificate: SERVER }, project: PROJECT }), undefined)
  const other = await faultAt(
    { remote: { ...remote, server_certificate: join(folder, 'stranger.crt') } },
    { env: { LXD_CONF: confOf('kept', SERVER) } },
  )
  assert.is((other as { readonly code: string }).code, 'LXD_UNTRUSTED')
})

test('a certificate or key that is none is told as such', async () => {
  writeFileSync(join(folder, 'nonsense'), 'nonsense\n')
  const pair = { certificate: join(folder, 'client.crt'), key: join(folder, 'client.key') }
  for (const wrong of ['certificate', 'key', 'server_certificate']) {
    const fault = await faultAt({ remote: { url: URL, server_certificate: SERVER, ...pair, [wrong]: join(folder, 'nonsense') } })
    assert.is((fault as { readonly code: string }).code, 'LXD_UNTRUSTED', wrong)
  }
})

test('a server that nobody vouches for is not spoken to', async () => {
  const remote = { url: URL, certificate: join(folder, 'client.crt'), key: join(folder, 'client.key') }
  const fault = (await faultAt({ remote })) as { readonly code: string; readonly url: string }
  assert.equal([fault.code, fault.url], ['LXD_UNTRUSTED', URL])
})

test('a server that shows another certificate than the known one is not spoken to', async () => {
  const conf = confOf('other', join(folder, 'stranger.crt'))
  assert.is(((await faultAt({ remote: 'lab' }, { env: { LXD_CONF: conf } })) as { readonly code: string }).code, 'LXD_UNTRUSTED')
})

test('a server that does not know our certificate says so', async () => {
  const conf = confOf('stranger', SERVER)
  for (const ending of ['crt', 'key']) writeFileSync(join(conf, `client.${ending}`), readFileSync(join(folder, `stranger.${ending}`)))
  const fault = { code: 'LXD_UNTRUSTED', url: URL, why: 'it does not know our certificate' }
  assert.equal(await faultAt({ remote: 'lab' }, { env: { LXD_CONF: conf } }), fault)
})

test('a remote that is not in the configuration is named, with those that are', async () => {
  const fault = { code: 'REMOTE_UNKNOWN', remote: 'nope', known: ['lab'] }
  assert.equal(await faultAt({ remote: 'nope' }, { env: { LXD_CONF: confOf('known', SERVER) } }), fault)
})

test.run()
