import { setTimeout as sleep } from 'node:timers/promises'
import { type Desk, told } from '../cli.js'
import { applied, expect, expectGone, expectWanted, machines } from './ground.js'
import type { Scenario } from './scenario.js'

const WHOLE = ['destroy', '--yes', '--accept-loss', 'vm.main'] as const

export const destroy = (desk: Desk, name: string, chance: () => number): ReadonlyArray<Scenario> => [
  {
    says: 'destroy asks for the name, and without it destroys nothing',
    play: async () => {
      await applied(desk, name)
      const silent = await desk.run('destroy')
      expect(silent.code === 4 && silent.stderr.includes('--yes'), 'it does not ask', silent)
      const run = desk.start(['destroy'], { terminal: true })
      await run.said(/Type the name of the environment to destroy it:/)
      run.type('another\n')
      const said = await run.ended
      expect(said.code === 4 && /Nothing\s+was\s+destroyed/.test(said.stdout), 'it was not refused', said)
      expect((await machines()).includes(name), `the machine is gone\n${told(said)}`)
      await expectWanted(desk, name)
    },
  },
  {
    says: 'destroy killed with -9 in the middle is finished by a rerun, leaves nothing on LXD, and once more does nothing',
    play: async () => {
      await applied(desk, name)
      const run = desk.start(WHOLE)
      await desk.logged(/ running .*vm\.main/)
      await sleep(chance() * 1500)
      run.kill('SIGKILL')
      await run.ended
      const rerun = await desk.run(...WHOLE)
      expect(rerun.code === 0, 'the rerun failed', rerun)
      await expectGone(desk, name)
      const again = await desk.run(...WHOLE)
      expect(again.code === 0 && again.stdout.split('\n').length === 2, 'once more is not one line', again)
    },
  },
  {
    says: 'apply after destroy makes a new machine, whose new key is believed; its name typed, destroy takes that down, too',
    play: async () => {
      await desk.run(...WHOLE)
      const apply = await applied(desk, name)
      expect(apply.stdout.includes(`${name} is up: 5 created`), 'not made anew', apply)
      await expectWanted(desk, name)
      const run = desk.start(['destroy'], { terminal: true })
      await run.said(/Type the name of the environment to destroy it:/)
      run.type(`${name}\n`)
      const said = await run.ended
      expect(said.code === 0, 'the name was not accepted', said)
      await expectGone(desk, name)
    },
  },
]
