import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Look, PLAIN } from '../../../cli/render/look.js'
import { renderPlan } from '../../../cli/render/plan.js'
import { changes, dangerous, destruction, firstTime, plan, task } from './plans.js'

const UNICODE: Look = { ...PLAIN, unicode: true }
const text = (lines: ReadonlyArray<string>): string => lines.map(line => `${line}\n`).join('')

test('a first plan says what will be, what is predicted, what will be reachable and what to type', () => {
  assert.equal(
    renderPlan(firstTime, PLAIN),
    text([
      'demo on lxd, no machine yet: 5 create                             plan 7f3a9c21',
      '',
      '+ create  vm.main             container, debian/13, 2 cpus, 2GiB, disk 10GiB',
      '+ create  firewall.main       denies incoming but the ports below, IPv4 and IPv6',
      "+ create  docker.main         engine and compose, from Debian's archive",
      '+ create  compose-stack.main  /opt/torrust, project demo, 2 files',
      '+ create  tracker.main        torrust/tracker:develop, sqlite',
      '    udp 6969                  public',
      '    http 7070                 public, without TLS',
      '    api 1212                  loopback',
      '    api.admin_token           (secret, to be generated)',
      '',
      "Predicted from the file: the host can't be asked before it exists.",
      '',
      'Reachable from outside:    22/tcp  6969/udp  7070/tcp',
      '',
      'Apply exactly this:        deployer apply --expect 7f3a9c215d0e4b7a',
      'Every file and step:       deployer plan --steps',
    ]),
  )
})

test('a change is shown field by field and file by file, each with its source, and with what changed outside', () => {
  assert.equal(
    renderPlan(changes, UNICODE),
    text([
      'demo on lxd, 10.77.0.20: 5 update, 3 unchanged                    plan c41f7a02',
      '',
      'Tracker restarts, about 2 s without announces; its peer list starts empty and',
      'fills within one announce interval (5 min). No stored data is touched.',
      'Clients that announce to udp 6970 get no answer any more.',
      '',
      '~ update  firewall.main',
      '    - rule                    allow 6970/udp                              [file]',
      '    + rule                    allow 6971/udp                              [file]',
      '    + rule                    allow 7070/tcp                              [host]',
      '~ update  compose-stack.main  restarts nothing itself',
      '    ~ docker-compose.yml      tracker.ports: 6970/udp → 6971/udp          [file]',
      '~ update  tracker.main        restarts tracker',
      '    - udp 6970                                                            [file]',
      '    + udp 6971                                                            [file]',
      '    ~ api.admin_token         (secret, changed)                         [secret]',
      '    ~ /opt/torrust/storage/tracker/etc/tracker.toml                       [file]',
      '        @@ -18,4 +18,4 @@',
      '         [[udp_trackers]]',
      '        -bind_address = "0.0.0.0:6970"',
      '        +bind_address = "0.0.0.0:6971"',
      '         [[udp_trackers]]',
      '        -bind_address = "[::]:6970"',
      '        +bind_address = "[::]:6971"',
      '~ update  prometheus.main     reloads, no gap',
      '    ~ token file              (secret, changed)                         [secret]',
      '~ update  grafana.main        starts grafana',
      '    ~ container               exited → running                            [host]',
      '',
      'Changed outside of deployer since its last run:',
      '  firewall.main            rule allow 7070/tcp gone: put back above',
      '  grafana.main             container stopped: put back above',
      '  firewall.main            rule allow 9090/tcp from any, not ours: left alone',
      '',
      'Reachable from outside:    22/tcp  6969/udp  6971/udp  7070/tcp',
      '                           9090/tcp (rule not ours, nothing listens)',
      'Apply exactly this:        deployer apply --expect c41f7a02b8e64d10',
    ]),
  )
})

test('dangers come first, and what apply refuses ends in the exact command that would do it', () => {
  assert.equal(
    renderPlan(dangerous, UNICODE),
    text([
      'demo on lxd, 10.77.0.20: 1 replace, 5 create                      plan 3be0954d',
      '',
      '! DATA LOST   vm.main       its disk: SQLite database, about 80 MiB (keys,',
      '                            whitelist, completed counts); no backup elsewhere',
      '! DATA LEFT   tracker.main  starts on an empty MySQL; nothing is copied over',
      '! DOWN        everything, about 40 s; the address 10.77.0.20 may change',
      'Peers are not lost: they come back within one announce interval (5 min).',
      '',
      '! replace vm.main             deleted, then made again',
      "    ~ image                   debian/12 → debian/13, lxd can't in place   [file]",
      '+ create  firewall.main       again, because vm.main is replaced',
      '+ create  docker.main         again, because vm.main is replaced',
      '+ create  compose-stack.main  again, because vm.main is replaced',
      '+ create  mysql.main          mysql:8.4, database tracker, user tracker',
      '+ create  tracker.main        again, because vm.main is replaced',
      '    ~ database                sqlite → mysql                              [file]',
      '',
      'apply refuses this. To keep vm.main, take back vm.image. Else:',
      '  deployer apply --expect 3be0954d61c2f708 --accept-loss vm.main,tracker.main',
    ]),
  )
})

test('a destroy says what dies and what stays, and never how to apply it', () => {
  const stays = ['environment.yaml', 'environment.lock', 'history and secrets in .deployer']
  assert.equal(
    renderPlan(destruction, PLAIN, { command: 'destroy', stays }),
    text([
      'demo on lxd, 10.77.0.20: 5 delete                                 plan 90d2e6f1',
      '',
      '! DATA LOST   vm.main       its disk: SQLite database, about 80 MiB (keys,',
      '                            whitelist, completed counts); no backup elsewhere',
      '- delete  tracker.main        udp 6969 and http 7070 stop answering',
      '- delete  compose-stack.main  with the machine',
      '- delete  docker.main         with the machine',
      '- delete  firewall.main       with the machine',
      '- delete  vm.main             container demo, and its address 10.77.0.20',
      '',
      'Stays: environment.yaml, environment.lock, history and secrets in .deployer.',
    ]),
  )
})

test('with nothing to do there is one line, and foreign things are listed on request only', () => {
  const drift = [{ addr: 'firewall.main', says: 'rule allow 9090/tcp, not ours', fate: 'left alone' }] as const
  const wanted = plan({ host: '10.77.0.20', unchanged: ['vm.main', 'firewall.main', 'docker.main'], reachable: ['22/tcp'], drift })
  assert.equal(renderPlan(wanted, PLAIN), 'demo on lxd, 10.77.0.20: 3 as wanted\n')
  assert.equal(
    renderPlan(wanted, { ...PLAIN, drift: true }),
    text([
      'demo on lxd, 10.77.0.20: 3 as wanted',
      '',
      'Changed outside of deployer since its last run:',
      '  firewall.main            rule allow 9090/tcp, not ours: left alone',
    ]),
  )
})

test('sections for a later version are named even when there is nothing to do', () => {
  const unhandled = ['compose-stack.main', 'tracker.main'] as const
  const [, , said] = renderPlan(plan({ unchanged: ['vm.main'], unhandled }), PLAIN).split('\n')
  assert.is(said, 'Not handled by this version yet: compose-stack.main, tracker.main. They are')
})

test('what nobody reaches before a section is handled is named with it', () => {
  const text = renderPlan(plan({ unchanged: ['vm.main'], unhandled: ['caddy.main'], unreached: ['http 7070', 'api 1212'] }), PLAIN)
  assert.match(text.replace(/\n/g, ' '), 'Until then nobody reaches http 7070 and api 1212: only Caddy leads there.')
})

test('of a machine that is stopped the plan says so, and nothing of its host that nobody could ask', () => {
  const fields = [{ name: 'running', from: false, to: true, source: 'host' as const }]
  const tasks = [
    task('vm.main', 'update', 'starts the machine', { fields }),
    task('docker.main', 'update', 'checked once its host answers', { predicted: true, fields: [{ name: 'package', to: 'docker.io' }] }),
  ]
  const lines = renderPlan(plan({ tasks, stopped: true }), PLAIN).split('\n')
  assert.equal(lines.slice(0, 7), [
    'demo on lxd, machine stopped: 2 update                            plan 7f3a9c21',
    '',
    '~ update  vm.main             starts the machine',
    '    ~ running                 false -> true                               [host]',
    '~ update  docker.main         checked once its host answers',
    '',
    "Predicted from the file: the host can't be asked before it runs.",
  ])
})

test('why something is not done in place stands behind its values', () => {
  const note = "lxd can't in place"
  const fields = [{ name: 'image', from: 'debian/12', to: 'debian/13', note, source: 'file' as const }]
  const lines = renderPlan(plan({ tasks: [task('vm.main', 'replace', 'deleted, then made again', { fields })] }), PLAIN).split('\n')
  assert.ok(lines.includes("    ~ image                   debian/12 -> debian/13, lxd can't in place  [file]"), lines.join('\n'))
})

test('what cannot be asked on a machine that is there is named as predicted', () => {
  const tasks = [task('docker.main', 'create', 'engine'), task('tracker.main', 'create', '', { predicted: true })]
  const said = renderPlan(plan({ host: '10.77.0.20', tasks }), PLAIN)
  assert.match(said, '\nPredicted from the file: tracker.main, since what it needs is not there yet.\n')
})

test('a simulated host is named in the first line, where nothing real has an address', () => {
  const sandbox = { provider: 'sandbox', simulated: true }
  assert.is(
    renderPlan(plan({ ...sandbox, tasks: firstTime.tasks.slice(0, 3) }), PLAIN).split('\n')[0],
    'demo on sandbox (simulated): 3 create                             plan 7f3a9c21',
  )
  assert.is(renderPlan(plan({ ...sandbox, host: '10.0.0.2', unchanged: ['vm.main'] }), PLAIN), 'demo on sandbox (simulated): 1 as wanted\n')
})

test('of a server that exists nothing is gone, only forgotten', () => {
  const said = renderPlan(plan({ provider: 'ssh', given: true, host: '10.77.0.20', vanished: ['vm.main'] }), PLAIN)
  assert.match(said, 'demo on ssh, 10.77.0.20: 1 to forget ')
  assert.match(said, 'Nothing on the server belongs to vm.main any more, so it is only forgotten.\n')
  assert.not.match(said, 'Gone already')
})

test('overrides, an unfinished run, busy batches and what is gone already are said', () => {
  const said = renderPlan(
    plan({
      host: '10.77.0.20',
      vanished: ['backup.main'],
      overrides: ['DEPLOYER__TRACKER__UDP__0__PORT'],
      unfinished: { run: 12, command: 'apply' },
      busy: ['docker.main of demo, run 12'],
    }),
    PLAIN,
  )
  assert.equal(
    said,
    text([
      'demo on lxd, 10.77.0.20: 1 gone already                           plan 7f3a9c21',
      '',
      'Gone already: backup.main. apply forgets it.',
      '',
      'Overrides, stronger than the file: DEPLOYER__TRACKER__UDP__0__PORT.',
      '',
      'The last apply did not end. This plan goes on from what it left.',
      '',
      'Still at work on the host: docker.main of demo, run 12. apply waits for it.',
      '',
      'Apply exactly this:        deployer apply --expect 7f3a9c215d0e4b7a',
    ]),
  )
})

test('what blocks a plan is shown with code and remedy, and then there is nothing to type', () => {
  const blocked = [{ code: 'NOT_OURS', what: 'file', id: '/etc/docker/daemon.json' }] as const
  const said = renderPlan(plan({ tasks: [task('docker.main', 'create', 'engine')], blocked }), PLAIN)
  assert.is(
    said.split('\n\n')[2],
    text([
      'apply refuses this:',
      '  error: NOT_OURS: file /etc/docker/daemon.json is there and not made by deployer',
      '    Take it away or choose another name; nothing foreign is taken over',
    ]),
  )
  assert.not.match(said, '--expect')
  const twice = plan({ blocked: [...blocked, ...blocked] })
  assert.match(renderPlan(twice, PLAIN, { command: 'destroy' }), '\n\ndestroy refuses this:\n')
  assert.not.match(renderPlan(plan({ blocked }), PLAIN, { command: 'apply' }), 'refuses')
})

test('deleting most of what is managed is refused with the flag that accepts it, and the file is repeated', () => {
  const tasks = [task('caddy.main', 'delete', ''), task('backup.main', 'delete', '')]
  const said = renderPlan(plan({ tasks, unchanged: ['vm.main'], host: 'h' }), PLAIN, { file: 'my prod.yaml', flags: ['--back-to', '3'] })
  assert.is(
    said.split('\n\n')[2],
    text([
      'apply refuses this. It would delete 2 of 3 managed resources. If it is meant:',
      "  deployer apply 'my prod.yaml' --back-to 3 --expect 7f3a9c215d0e4b7a --accept-deletes",
    ]),
  )
})

test('what is protected is refused without a command to type', () => {
  const tasks = [task('vm.main', 'replace', '', { impact: { stops: [], data: 'its disk' } })]
  const said = renderPlan(plan({ tasks, host: 'h' }), PLAIN, { refusals: [{ code: 'PROTECTED', addrs: ['vm.main'] }] })
  assert.match(said, '  error: PROTECTED: vm.main is protected')
  assert.not.match(said, '--accept-loss')
})

test('quiet leaves the plan without what to type next, unless it is refused', () => {
  const quiet = { ...PLAIN, verbosity: -1 }
  const said = renderPlan(firstTime, PLAIN)
  const short = renderPlan(firstTime, quiet)
  assert.match(said, /Predicted from the file.*Apply exactly this/s)
  assert.not.match(short, /Predicted from the file|deployer /)
  assert.ok(said.startsWith(short.slice(0, short.indexOf('\n\nReachable'))), short)
  assert.match(renderPlan(dangerous, quiet), /! DATA LOST .*\napply refuses this/s)
})

test('whoever applies what is refused is told so once, by the fault', () => {
  assert.not.match(renderPlan(dangerous, PLAIN, { command: 'apply' }), /refuses|--accept-loss/)
  assert.match(renderPlan(dangerous, PLAIN, { command: 'plan' }), /refuses.*--accept-loss/s)
})

const NEW = `sha256:41d2c07b${'0'.repeat(52)}e9a1`
const OLD = `sha256:0b1c2d3e${'0'.repeat(52)}f4a5`

test('what is to be pinned stands below what is reachable, whole unless a terminal has little room', () => {
  const pins = [
    { image: 'mysql:8.4', digest: NEW, was: OLD },
    { image: 'torrust/tracker:develop', digest: NEW },
  ]
  const shown = (look: Look): string => renderPlan({ ...firstTime, pins }, look)
  assert.match(
    shown(PLAIN),
    text(['', 'Reachable from outside:    22/tcp  6969/udp  7070/tcp', `To be pinned:              mysql:8.4  ${OLD} -> ${NEW}`]),
  )
  assert.match(shown(PLAIN), `\n                           torrust/tracker:develop -> ${NEW}\n\nApply exactly this:`)
  const terminal = { ...UNICODE, terminal: true }
  assert.match(shown(terminal), 'mysql:8.4  sha256:0b1c2d3e…f4a5 → sha256:41d2c07b…e9a1\n')
  assert.match(shown({ ...terminal, verbosity: 1 }), `torrust/tracker:develop → ${NEW}\n`)
})

test('what nobody could say is shown with its reason, and apply refuses it', () => {
  const because = {
    code: 'REGISTRY_UNREACHABLE',
    image: 'mysql:8.4',
    tried: ['https://mirror.example.com: nothing listens there'],
  } as const
  const shown = renderPlan(
    { ...firstTime, pins: [{ image: 'mysql:8.4' }], blocked: [{ code: 'IMAGE_UNPINNED', image: 'mysql:8.4', because }] },
    PLAIN,
  )
  assert.match(shown, 'To be pinned:              mysql:8.4, but nobody could say to what\n')
  assert.match(shown, '\napply refuses this:\n')
  assert.match(shown, 'nobody can be asked for mysql:8.4 (https://mirror.example.com: nothing listens there)')
  assert.not.match(shown, 'Apply exactly this')
})

test('who asks for newer images is told when there are none', () => {
  assert.match(renderPlan(firstTime, PLAIN, { flags: ['--upgrade'] }), '\nNo image is newer than what is pinned.\n')
  assert.not.match(renderPlan(firstTime, PLAIN), 'newer')
})

test('a plan that goes back says to which run, and of which file', () => {
  const towards = { run: '12', file: 'prod.yaml', differs: true }
  assert.is(renderPlan(changes, PLAIN, { towards }).split('\n')[1], 'Back to run 12, of prod.yaml: what it asked for then.')
})

test('a plan that was saved is applied by its file', () => {
  assert.match(renderPlan(changes, PLAIN, { file: 'prod.yaml', saved: 'p.json' }), 'this:        deployer apply prod.yaml p.json\n')
})

test.run()
