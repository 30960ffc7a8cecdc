import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { deployer, folder } from '../../support/cli.js'

const FILE = `name: demo
provider: lxd
ssh: { authorized_keys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0sBKUGVgNfHH2xKmiRSpVuQPYYmFCrKNVwLrkVvYWC ann] }
tracker: { udp: [6969] }
docker: { registries: { registry.example.com: { user: ann, password: { env: REGISTRY } } } }
`
const CANARY = 'c4nary-$"#'
const env = { REGISTRY: CANARY }
const CREDENTIALS = 'host/etc/docker/deployer-demo/config.json'

const withFile = (): string => {
  const cwd = folder()
  writeFileSync(join(cwd, 'environment.yaml'), FILE)
  return cwd
}
const digestOf = (cwd: string): string =>
  execFileSync(
    'sh',
    [
      '-c',
      'find . -type f ! -path "*.deployer/*" | LC_ALL=C sort | xargs stat -c "%n %a"; find rendered -type f -exec sha256sum {} + | LC_ALL=C sort',
    ],
    {
      cwd,
      encoding: 'utf8',
    },
  )

test('every file stands at its path on the host, and a second time gives the same bytes', async () => {
  const cwd = withFile()
  const ran = await deployer(['render', '--out', 'rendered'], { cwd, env })
  assert.is(ran.code, 0)
  assert.match(ran.stdout, /files in rendered, 2 with secrets left out\. Begin with rendered\/STEPS\.md\.\n$/)
  assert.match(readFileSync(join(cwd, 'rendered/host/etc/docker/daemon.json'), 'utf8'), '"live-restore"')
  assert.match(readFileSync(join(cwd, 'rendered/STEPS.md'), 'utf8'), '## docker.main')
  assert.match(readFileSync(join(cwd, 'rendered/user-data'), 'utf8'), '#cloud-config')
  const before = digestOf(cwd)
  await deployer(['render', '--out', 'rendered'], { cwd, env })
  assert.is(digestOf(cwd), before)
})

test('secrets are named, and written in clear only when asked for, where nobody else can read them', async () => {
  const cwd = withFile()
  await deployer(['render', '--out', 'rendered'], { cwd, env })
  assert.match(readFileSync(join(cwd, 'rendered', CREDENTIALS), 'utf8'), '(secret docker.registries.registry.example.com.password)')
  const ran = await deployer(['render', '--out', 'rendered', '--secrets', '--json'], { cwd, env })
  assert.not.match(ran.stdout, 'c4nary')
  const credentials = join(cwd, 'rendered', CREDENTIALS)
  assert.is(JSON.parse(readFileSync(credentials, 'utf8')).auths['registry.example.com'].password, CANARY)
  assert.is(statSync(credentials).mode & 0o777, 0o600)
  assert.is(JSON.parse(ran.stdout).result.files.filter((file: { secret: boolean }) => file.secret).length, 2)
})

test('what is no longer written goes, and what render did not write stops it', async () => {
  const cwd = withFile()
  await deployer(['render', '--out', 'rendered'], { cwd, env })
  writeFileSync(join(cwd, 'environment.yaml'), FILE.replace(/docker: .*\n/, ''))
  await deployer(['render', '--out', 'rendered'], { cwd })
  assert.is(existsSync(join(cwd, 'rendered', CREDENTIALS)), false)

  mkdirSync(join(cwd, 'mine'))
  writeFileSync(join(cwd, 'mine/notes'), 'keep')
  const refused = await deployer(['render', '--out', 'mine'], { cwd })
  assert.match(refused.stderr, 'FOLDER_TAKEN')
  assert.is(readFileSync(join(cwd, 'mine/notes'), 'utf8'), 'keep')
})

test('a folder has to be named, and has to be one', async () => {
  const cwd = withFile()
  assert.match((await deployer(['render'], { cwd, env })).stderr, 'deployer render --out FOLDER')
  assert.match((await deployer(['render', '--out', 'environment.yaml'], { cwd, env })).stderr, 'FILE_UNWRITABLE')
  const secretless = await deployer(['render', '--out', 'rendered', '--secrets'], { cwd })
  assert.match(secretless.stderr, 'SECRET_UNAVAILABLE')
  assert.is(existsSync(join(cwd, 'rendered')), false)
})

test.run()
