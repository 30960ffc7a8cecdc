import { type Desk, told } from '../cli.js'
import { inside } from '../inside.js'
import { applied, deskFor, environmentOf, expect, expectWanted, expectWhole } from './ground.js'
import type { Scenario } from './scenario.js'

/** The package manager is at work for a while, and something waits for that. */
const unsettle = (name: string): Promise<string> =>
  inside(name, 'apt-get purge -qq -y unattended-upgrades >/dev/null; ufw --force delete allow 9100/tcp >/dev/null')
const INSTALLING = /doing .*unattended-upgrades/

export const two = (cli: string, desk: Desk, name: string): ReadonlyArray<Scenario> => [
  {
    says: 'a second apply from the same folder is refused, says who is at work, and changes nothing',
    play: async () => {
      await unsettle(name)
      const one = desk.start(['apply', '--yes'])
      await desk.logged(INSTALLING)
      const other = await desk.run('apply', '--yes')
      expect(other.code === 4 && other.stderr.includes('error: LOCKED') && other.stderr.includes(`${one.pid}`), 'not refused', other)
      const said = await one.ended
      expect(said.code === 0, 'the first one failed', said)
      await expectWanted(desk, name)
    },
  },
  {
    says: 'two applies at once from two checkouts leave nothing torn: one of them waits or is refused',
    play: async () => {
      await unsettle(name)
      const elsewhere = deskFor(cli, environmentOf(name))
      const one = desk.start(['apply', '--yes'])
      await desk.logged(INSTALLING)
      const both = [await elsewhere.run('apply', '--yes'), await one.ended]
      const isRefused = /FENCED|HOST_BUSY|PLAN_MOVED/
      for (const said of both) expect(said.code === 0 || isRefused.test(said.stderr), 'it ended otherwise', said)
      expect(
        both.some(({ code }) => code === 0),
        both.map(told).join('\n'),
      )
      await applied(desk, name)
      await expectWhole(name)
      await expectWanted(desk, name)
      await applied(elsewhere, name)
      await expectWanted(elsewhere, name)
      elsewhere.remove()
    },
  },
  {
    says: 'Ctrl-C on a terminal ends after the step with 130, and the next apply goes on',
    play: async () => {
      await unsettle(name)
      const run = desk.start(['apply'], { terminal: true })
      await run.said(/Make these 2 changes to \S+\? \[y\/N\]/)
      run.type('y\n')
      await desk.logged(INSTALLING)
      run.type('\x03')
      const said = await run.ended
      expect(
        said.code === 130 && /Go on +DEPLOYER__DOCKER__MIRRORS=\S+ deployer apply/.test(said.stdout),
        'it did not end as interrupted',
        said,
      )
      expect(!said.stdout.includes('CONNECTION_LOST'), 'the step was not waited for', said)
      await expectWhole(name)
      expect((await inside(name, 'dpkg-query -s unattended-upgrades | grep Status')).includes('ok installed'), 'the step was not finished')
      await applied(desk, name)
      await expectWanted(desk, name)
    },
  },
]
