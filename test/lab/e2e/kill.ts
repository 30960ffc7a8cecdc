import type { Desk } from '../cli.js'
import { inside } from '../inside.js'
import { applied, deskFor, environmentOf, expect, expectGone, expectWanted, expectWhole, nameOf } from './ground.js'
import { comes, type Moment, momentWords } from './moment.js'
import type { Scenario } from './scenario.js'

/** Killed while it makes a machine out of nothing; what the host was told goes on meanwhile. */
export const kill = (cli: string, number: number, moment: () => Promise<Moment>, tell: (line: string) => void): Scenario => ({
  says: `apply killed with -9, moment ${number}: a rerun finishes it, does nothing twice, and history tells`,
  play: async () => {
    const name = nameOf(`kill-${number}`)
    const desk = deskFor(cli, environmentOf(name))
    const when = renamed(await moment(), name)
    const run = desk.start(['apply', '--yes'])
    await comes(when, desk, run)
    run.kill('SIGKILL')
    const { signal, seconds } = await run.ended
    tell(`       killed ${name} after ${seconds.toFixed(1)} s, ${momentWords(when)}`)
    await applied(desk, name)
    await expectWanted(desk, name)
    await expectWhole(name)
    await expectOnce(name)
    if (signal === 'SIGKILL') await expectTold(desk)
    const destroy = await desk.run('destroy', '--yes', '--accept-loss', 'vm.main')
    expect(destroy.code === 0, 'it is not destroyed', destroy)
    await expectGone(desk, name)
    desk.remove()
  },
})

const renamed = ({ event, ms }: Moment, name: string): Moment => ({
  ms,
  ...(event !== undefined && { event: event.replaceAll(nameOf('life'), name) }),
})

const expectOnce = async (name: string): Promise<void> => {
  const twice = await inside(name, `awk '$3 == "install" { print $4 }' /var/log/dpkg.log | sort | uniq -d`)
  expect(twice === '', `installed twice:\n${twice}`)
}

/** A run that began is in the list, whoever ended it. */
const expectTold = async (desk: Desk): Promise<void> => {
  if (!/ run 1 of \S+ begins/.test(desk.log()) || / run 1 of \S+ ended/.test(desk.log())) return
  const history = await desk.run('history')
  expect(/^1 +apply +abandoned /m.test(history.stdout) && /^2 +apply +done /m.test(history.stdout), 'history does not tell', history)
}
