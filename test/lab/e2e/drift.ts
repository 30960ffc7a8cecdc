import type { Desk, Said } from '../cli.js'
import { inside } from '../inside.js'
import { must } from '../run.js'
import { applied, expect, expectWanted } from './ground.js'
import type { Scenario } from './scenario.js'

const DRIFT = `ufw --force delete allow 9100/tcp
systemctl stop docker.socket docker.service
echo '# by hand' >>/etc/ssh/sshd_config.d/00-deployer.conf
apt-get purge -qq -y unattended-upgrades`

/** What a person reads in the plan of each of these. */
const SHOWN = [
  /^ {4}\+ rule +allow 9100\/tcp +\[host\]$/m,
  /^ {4}~ engine +down -> running +\[host\]$/m,
  /^ {4}~ \/etc\/ssh\/sshd_config\.d\/00-deployer\.conf +\[host\]$/m,
  /^ {4}\+ package +unattended-upgrades +\[host\]$/m,
]

const REPAIRED = `ufw status | grep -q '^9100/tcp  *ALLOW' && systemctl is-active -q docker.service &&
! grep -q 'by hand' /etc/ssh/sshd_config.d/00-deployer.conf && dpkg-query -s unattended-upgrades >/dev/null && echo repaired`

const shows = (plan: Said, patterns: ReadonlyArray<RegExp>): void => {
  for (const pattern of patterns) expect(plan.code === 2 && pattern.test(plan.stdout), `the plan does not show ${pattern}`, plan)
}

export const drift = (desk: Desk, name: string): ReadonlyArray<Scenario> => [
  {
    says: 'a rule deleted, an engine stopped, a file edited and a package removed are shown as the host’s doing, and put back',
    play: async () => {
      await inside(name, DRIFT)
      shows(await desk.run('plan', '--detailed-exitcode'), SHOWN)
      await applied(desk, name)
      expect((await inside(name, REPAIRED)) === 'repaired\n', 'something is not put back on the host')
      await expectWanted(desk, name)
    },
  },
  {
    says: 'a machine that was stopped is shown so, and started',
    play: async () => {
      await must(['lxc', 'stop', '--force', name], 'see lxc info')
      shows(await desk.run('plan', '--detailed-exitcode'), [/running .*\[host\]$/m])
      await applied(desk, name)
      await expectWanted(desk, name)
    },
  },
]
