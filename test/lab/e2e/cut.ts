import { setTimeout as sleep } from 'node:timers/promises'
import type { Desk } from '../cli.js'
import { inside } from '../inside.js'
import { must } from '../run.js'
import { addressOf, applied, cutOff, expect, expectWanted, expectWhole } from './ground.js'
import type { Scenario } from './scenario.js'

/** What a run has to put back, with a package manager at work for a while. The container goes on: a purge would want its files. */
const unsettle = (name: string): Promise<string> => inside(name, 'apt-get remove -qq -y docker.io docker-cli docker-compose >/dev/null')
const INSTALLING = /doing .*ing docker\.io/
const LOST = /CONNECTION_LOST/

export const cut = (desk: Desk, name: string): ReadonlyArray<Scenario> => [
  {
    says: 'a connection that hangs for a few seconds while packages are installed goes on by itself',
    play: async () => {
      await inside(name, 'apt-get purge -qq -y unattended-upgrades >/dev/null')
      const run = desk.start(['apply', '--yes'])
      await desk.logged(/doing .*unattended-upgrades/)
      const mend = await cutOff(await addressOf(name))
      await sleep(6000)
      await mend()
      const said = await run.ended
      expect(said.code === 0 && !LOST.test(said.stderr), 'it did not go on', said)
      await expectWhole(name)
      await expectWanted(desk, name)
    },
  },
  {
    says: 'a connection that is cut while packages are installed is told, and once it is back the run finds what the host did meanwhile',
    play: async () => {
      await unsettle(name)
      const before = await installs(name)
      const run = desk.start(['apply', '--yes'])
      await desk.logged(INSTALLING)
      const mend = await cutOff(await addressOf(name))
      await run.said(LOST).finally(mend)
      const said = await run.ended
      expect(said.code === 0, 'it did not go on', said)
      expect((await installs(name)) === before + 1, 'docker.io was not installed just once')
      await expectWhole(name)
      await expectWanted(desk, name)
    },
  },
  {
    says: 'a connection that stays cut ends the run at Ctrl-C; the host’s half lives on, and the next run finds its receipts',
    play: async () => {
      await unsettle(name)
      const before = await installs(name)
      const run = desk.start(['apply', '--yes'])
      await desk.logged(INSTALLING)
      const mend = await cutOff(await addressOf(name))
      try {
        await run.said(LOST)
        run.kill('SIGINT')
        const said = await run.ended
        expect(said.code === 130 && /docker\.main/.test(said.stderr), 'it did not end as interrupted', said)
      } finally {
        await mend()
      }
      await applied(desk, name)
      expect((await installs(name)) === before + 1, 'docker.io was not installed just once')
      await expectWhole(name)
      await expectWanted(desk, name)
    },
  },
  {
    says: 'a machine that loses its power while packages are installed is started and finished by the next run',
    play: async () => {
      await unsettle(name)
      const run = desk.start(['apply', '--yes'])
      await desk.logged(INSTALLING)
      await sleep(1500)
      await must(['lxc', 'stop', '--force', name], 'see lxc info')
      const said = await run.ended
      expect(said.code === 3, 'it did not tell that it is not done', said)
      await applied(desk, name)
      await expectWhole(name)
      await expectWanted(desk, name)
    },
  },
  {
    says: 'a machine that is rebooted does not wait for containers that are deaf to SIGTERM, and they are there again',
    play: async () => {
      await inside(name, 'touch /run/old-boot && systemctl reboot')
      const began = performance.now()
      while (!(await isBooted(name))) await sleep(500)
      const seconds = (performance.now() - began) / 1000
      expect(seconds < 60, `it took ${seconds.toFixed(0)} s`)
      await inside(
        name,
        `for i in $(seq 60); do docker ps --format '{{.Status}}' 2>/dev/null | grep -q '(healthy)' && exit 0; sleep 1; done; exit 1`,
      )
      await expectWhole(name)
      await expectWanted(desk, name)
    },
  },
]

/** What is in /run goes with the old boot. */
const isBooted = async (name: string): Promise<boolean> =>
  (await inside(name, 'ls /run/old-boot 2>&1 || true').catch(() => '')).includes('No such')

const installs = async (name: string): Promise<number> =>
  Number(await inside(name, `grep -cE ' install docker\\.io:' /var/log/dpkg.log || true`))
