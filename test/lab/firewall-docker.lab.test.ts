/** On the lab's LXD: `npm run lab -- up`, then `npm test -- firewall-docker.lab`. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { builtCli, type Desk, deskOf, told } from './cli.js'
import { good, isSettled, shows } from './good.js'
import { isLabPossible, type LabHost, labHost, removeHost } from './host.js'
import { rebooted } from './reboot.js'

const NAME = 'e-lab-chain'
const NEAR = 'e-lab-near'

interface Stage {
  host: LabHost
  near: LabHost
  far: LabHost
  desk: Desk
}
const test = suite<Stage>('published ports behind the firewall')
const absent = isLabPossible()

const shell = async (host: LabHost, script: string): Promise<string> => {
  const { code, stdout, stderr } = await host.exec(['sh', '-c', script])
  if (code !== 0) throw new Error(`${script}\n${stdout}${stderr}`)
  return stdout
}

/** The tracker itself, on the network that it is published by: no other leads out. */
const container = async ({ host }: Stage): Promise<{ readonly ipv4: string; readonly ipv6: string }> => {
  const asks = ['IPAddress', 'GlobalIPv6Address'].map(one => `{{(index .NetworkSettings.Networks "${NAME}_proxy").${one}}}`)
  const [ipv4 = '', ipv6 = ''] = (await shell(host, `docker inspect -f '${asks.join(' ')}' ${NAME}-tracker-1`)).trim().split(' ')
  return { ipv4, ipv6 }
}

/** What a neighbour reaches, which even knows the way to the container's own network. */
const reached = async (stage: Stage): Promise<ReadonlyArray<string>> => {
  const { host, near } = stage
  const { ipv4, ipv6 } = await container(stage)
  const hosts = { ipv4: host.address, ipv6: `[${host.address6}]` }
  const containers = { ipv4, ipv6: `[${ipv6}]` }
  const urls = (['ipv4', 'ipv6'] as const).flatMap(family => [
    [`${family} 7070`, `${hosts[family]}:7070`],
    [`${family} 1212`, `${hosts[family]}:1212`],
    [`${family} 1313`, `${hosts[family]}:1313`],
    [`${family} container`, `${containers[family]}:7070`],
  ])
  const said = await shell(
    near,
    `ip route replace ${ipv4} via ${host.address}; ip -6 route replace ${ipv6} via ${host.address6}
${urls.map(([name, url]) => `(curl -gsS -o /dev/null --max-time 3 --retry 0 http://${url}/ 2>/dev/null && echo '${name}') &`).join('\n')}
wait`,
  )
  return said.trim().split('\n').sort()
}
const OPEN = ['ipv4 7070', 'ipv6 7070']
const answers = async (stage: Stage): Promise<string> => {
  const { ipv4 } = await container(stage)
  return shell(
    stage.host,
    `for i in $(seq 100); do curl -gsS -o /dev/null --max-time 1 http://${ipv4}:7070/ && exit 0; sleep 0.2; done; exit 1`,
  )
}
const isClosed = async (stage: Stage): Promise<void> => {
  await answers(stage)
  assert.equal(await reached(stage), OPEN)
}

test.before(async stage => {
  if (absent !== undefined) return
  await Promise.all([removeHost(NAME), removeHost(NEAR)])
  const [host, near, cli] = await Promise.all([labHost({ name: NAME }), labHost({ name: NEAR }), builtCli()])
  Object.assign(stage, { host, near })
  stage.desk = deskOf(cli, {
    name: NAME,
    provider: { kind: 'ssh', host: host.address },
    ssh: { user: host.ssh.user, key: host.ssh.key },
    vm: { upgrades: 'none' },
    tracker: { http: [7070], api: { bind: 'public', from: ['192.0.2.0/24', '2001:db8::/32'] } },
  })
  good(await stage.desk.run('apply', '--yes'))
})
test.after(async ({ desk }) => {
  if (absent !== undefined) return
  await Promise.all([removeHost(NAME), removeHost(NEAR)])
  desk.remove()
})

if (absent !== undefined) test(`skipped: ${absent}`, () => void process.stdout.write(`skipped: ${absent}\n`))
else {
  test('a neighbour reaches what is published to all, over both families, and nothing else', isClosed)

  test('who a limited port is for reaches it, over both families', async stage => {
    await shell(stage.near, 'ip addr add 192.0.2.7/32 dev eth0; ip -6 addr add 2001:db8::7/128 dev eth0 nodad')
    await shell(stage.host, `ip route add 192.0.2.7 via ${stage.near.address}; ip -6 route add 2001:db8::7 via ${stage.near.address6}`)
    const from = (source: string, host: string): string =>
      `curl -gs -o /dev/null --interface ${source} --max-time 3 'http://${host}:1212/'; echo $?`
    const codes = await shell(stage.near, `${from('192.0.2.7', stage.host.address)}\n${from('2001:db8::7', `[${stage.host.address6}]`)}`)
    // Let through on both: the tracker's API has one socket, of IPv4, and refuses on the other. What is dropped ends with 28.
    assert.is(codes, '0\n7\n')
  })

  test('a restart or reload of the engine and a reload of the firewall open nothing', async stage => {
    for (const what of ['systemctl restart docker', 'systemctl reload docker', 'ufw reload']) {
      await shell(stage.host, what)
      await isClosed(stage)
    }
  })

  test('a reboot opens nothing: the limits are in force before the engine publishes', async stage => {
    await rebooted(stage.host)
    await shell(
      stage.near,
      `for i in $(seq 1200); do curl -sS -o /dev/null --max-time 1 http://${stage.host.address}:7070/ 2>/dev/null && exit 0; sleep 0.1; done; exit 1`,
    )
    await isClosed(stage)
    const order = await shell(
      stage.host,
      'for u in "deployer-chain-*.service" docker.service; do systemctl show -p ActiveEnterTimestampMonotonic -p ActiveExitTimestampMonotonic -p ExecMainStartTimestampMonotonic "$u"; done',
    )
    const begun = [...order.matchAll(/^ExecMainStartTimestampMonotonic=(\d+)/gm)].map(([, at]) => Number(at))
    assert.ok((begun[0] ?? 0) < (begun[1] ?? 0), order)
    await isSettled(stage.desk)
  })

  test('rules that somebody flushed, or a way to them that was cut, are found and put back', async stage => {
    for (const what of ['iptables -F DOCKER-USER', 'ip6tables -D FORWARD -j DOCKER-USER']) {
      await shell(stage.host, what)
      const plan = await stage.desk.run('plan', '--detailed-exitcode')
      assert.is(plan.code, 2, told(plan))
      shows(plan, /limits on published ports .*to 1212\/tcp only 192\.0\.2\.0\/24, 2001:db8::\/32/)
      good(await stage.desk.run('apply', '--yes'))
      await isClosed(stage)
    }
  })

  test('a network that somebody took from under the tracker comes back, with the tracker in it', async stage => {
    const [network, tracker] = [`${NAME}_proxy`, `${NAME}-tracker-1`]
    await shell(stage.host, `docker network disconnect -f ${network} ${tracker}`)
    shows(await stage.desk.run('plan'), new RegExp(`~ container +cut off from ${network} (->|→) made again +\\[host\\]`))
    await shell(stage.host, `docker network rm ${network}`)
    shows(await stage.desk.run('plan'), /^ +\+ network \S+_proxy /m)
    good(await stage.desk.run('apply', '--yes'))
    await isSettled(stage.desk)
    const names = `docker inspect -f '{{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}' ${tracker}`
    assert.is(await shell(stage.host, names), `${NAME}_database ${NAME}_metrics ${network} \n`)
    await isClosed(stage)
  })
}

test.run()
