import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isLabPossible, type LabHost, labHost, listHosts, removeHost, sshOf } from './host.js'
import { DEBIANS } from './image.js'
import { lxc } from './lxd.js'
import { run } from './run.js'
import { Trouble } from './trouble.js'

const why = isLabPossible()
const hosts: LabHost[] = []
const nameOf = (debian: string): string => `lab-test-${debian}-${process.pid}`
const troubleOf = (failing: Promise<unknown>): Promise<string | undefined> =>
  failing.then(
    () => undefined,
    error => (error instanceof Trouble ? error.message : Promise.reject(error)),
  )

if (why !== undefined)
  test(`skipped: ${why}`, () => {
    process.stdout.write(`skipped: ${why}\n`)
  })
else {
  test.after(async () => {
    for (const host of hosts) await host.remove()
  })

  for (const debian of DEBIANS)
    test(`a host of Debian ${debian} has booted clean, and its user becomes root without a password`, async () => {
      const host = await labHost({ name: nameOf(debian), debian })
      hosts.push(host)
      assert.is((await host.exec(['systemctl', 'is-system-running'])).stdout, 'running\n')
      const asked = await run([...sshOf(host), '. /etc/os-release; echo $VERSION_ID $(hostname) $(sudo -n id -u)'])
      assert.equal(asked, { code: 0, stdout: `${debian} ${host.name} 0\n`, stderr: '' })
    })

  test('hosts reach each other over IPv4 and over IPv6', async () => {
    const reached = []
    for (const from of hosts)
      for (const to of hosts.filter(host => host !== from))
        for (const address of [to.address, to.address6])
          reached.push((await from.exec(['timeout', '5', 'bash', '-c', `exec 3<>/dev/tcp/${address}/22`])).code)
    assert.equal(reached, [0, 0, 0, 0])
  })

  test('a name that is taken makes no second host', async () => {
    const [host] = hosts
    assert.is(await troubleOf(labHost({ name: host?.name ?? '' })), `there already is a machine ${host?.name}`)
  })

  test('a machine that the lab has not made is not removed', async () => {
    const name = `stranger-${process.pid}`
    await lxc(['init', '-q', '--empty', name])
    try {
      assert.is(await troubleOf(removeHost(name)), `the lab has not made ${name}`)
    } finally {
      await lxc(['delete', name])
    }
  })

  test('a host that is removed is no longer listed, and may be removed again', async () => {
    const host = hosts.pop()
    await host?.remove()
    await host?.remove()
    assert.is((await listHosts()).filter(listed => listed.host.name === host?.name).length, 0)
  })
}

test.run()
