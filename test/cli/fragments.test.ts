import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { deployer, folder, parsed } from '../support/cli.js'

const environment = (include: string): string =>
  `name: demo\nprovider: sandbox\ntracker: { udp: [6969], http: [7070] }\ncompose-stack:\n  include: ${include}\n  services: { web: { image: nginx:1.29 } }\n`
const withFiles = (files: { readonly [name: string]: string }): string => {
  const cwd = folder()
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text)
  return cwd
}

test('a compose file beside the environment joins: its services, their ports and their images', async () => {
  const cwd = withFiles({
    'environment.yaml': environment('[more.yaml]'),
    'more.yaml': 'services: { web: { ports: ["8080:80"], volumes: ["web:/data"] } }\nvolumes: { web: {} }\n',
  })
  const { stdout } = await deployer(['plan', '--steps'], { cwd })
  assert.match(stdout, 'Reachable from outside:    22/tcp  6969/udp  7070/tcp  8080/tcp')
  assert.match(stdout, '| volumes:')
  assert.is((await deployer(['apply', '--yes'], { cwd })).code, 0)
  assert.match((await deployer(['plan'], { cwd })).stdout, '5 as wanted')
  writeFileSync(join(cwd, 'more.yaml'), 'services: { web: { ports: ["8081:80"] } }\n')
  assert.match((await deployer(['plan'], { cwd })).stdout, /web\.ports {2}8080:80 -> 8081:80 +\[file\]/)
  await deployer(['apply', '--yes'], { cwd })
  assert.match((await deployer(['plan', '--back-to', '1'], { cwd })).stdout, 'web.ports  8081:80 -> 8080:80')
})

test('one that clashes, is none, or is not there is refused with its name', async () => {
  const cwd = withFiles({
    'environment.yaml': environment('[bad.yaml, list.yaml, none.yaml]'),
    'bad.yaml':
      'services: { tracker: { image: x }, other: { image: y, ports: ["7070:1"], networks: [metrics], environment: { API_TOKEN: hidden } } }\n',
    'list.yaml': '- a\n',
  })
  const { issues } = parsed(await deployer(['plan', '--json'], { cwd })).fault.facts
  assert.equal(
    issues.map(({ what }: { what: string }) => what),
    [
      'bad.yaml has a service tracker, which is the name of a service of ours.',
      'bad.yaml has API_TOKEN of other in clear.',
      'bad.yaml: http 7070 takes 7070/tcp too.',
      'bad.yaml: metrics has no way in or out, so nothing of other would be published.',
      'list.yaml is no compose file: it is not a mapping.',
      `there is no file ${join(cwd, 'none.yaml')}.`,
    ],
  )
})

test.run()
