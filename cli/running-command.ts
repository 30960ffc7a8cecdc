import { Option } from 'clipanion'
import type { Addr } from '../engine/contract.js'
import { isPending, type Plan } from '../engine/plan-value.js'
import { type Attempt, attempt, E, fail, need } from '../specs/fp.js'
import type { Json } from '../specs/json.js'
import { type Carried, type Carrying, carryOut } from './carry-out.js'
import type { Shown } from './command.js'
import type { Deployer } from './deployer.js'
import { endpointRows } from './endpoint-rows.js'
import { committed, PlanningCommand } from './planning-command.js'
import { commandLine } from './render/command-line.js'
import type { Told } from './render/look.js'
import { renderPlan, renderSettled } from './render/plan.js'
import { type Progress, progress } from './render/progress.js'
import { renderReport } from './render/report.js'
import { usage } from './usage.js'

export interface Ran extends Carried {
  readonly told: Told
}

/** What `apply` and `destroy` have in common: progress, agreement, report. */
export abstract class RunningCommand extends PlanningCommand {
  yes = Option.Boolean('-y,--yes', false, { description: 'Answer the question with yes. Never covers lost data.' })
  acceptLoss = Option.String('--accept-loss', { description: 'Let the data of these be lost: ADDR,...' })

  protected carryOut(
    deployer: Deployer,
    verb: 'apply' | 'destroy',
    how: Omit<Carrying, 'show' | 'progress' | 'purpose' | 'note' | 'farewell' | 'again'>,
  ): Attempt<Ran> {
    return attempt(async () => {
      const again = commandLine(verb, this.asked(deployer, verb))
      const show = async (plan: Plan): Promise<void> => {
        if (this.json || (this.quiet && how.question === undefined)) return
        const told = await need(this.told(deployer, plan, verb))
        this.context.stderr.write(`${this.log.mask(renderPlan(plan, this.look('stderr'), told))}\n`)
      }
      const note = (text: string): void => this.note(text)
      const farewell = (): void => note(`Ended at once; what was under way may be half done.\n  Go on with: ${again}\n`)
      const ran = await need(
        carryOut(this.asking, deployer, { ...how, purpose: verb, again, show, progress: this.progress(), note, farewell }),
      )
      const commit = ran.locked === true ? { commit: committed(deployer, this.context).join(' ') } : {}
      return {
        ...ran,
        told: {
          ...(await need(this.told(deployer, ran.plan, verb))),
          ...lastGood(deployer),
          ...commit,
          ...nextOf(deployer, ran, this.asked(deployer, verb)),
        },
      }
    })
  }

  protected readonly shown: Shown<Ran> = {
    text: ({ plan, report, fault, told }, look) => {
      if (fault === undefined && !isPending(plan)) {
        this.note(renderSettled(plan, this.look('stderr'), told).notes)
        return renderSettled(plan, look, told).line
      }
      if (report === undefined) return ''
      const { stdout } = renderReport(report, plan, look, told)
      const { stderr } = renderReport(report, plan, this.look('stderr'), told)
      if (stderr !== '') this.context.stderr.write(this.log.mask(`\n${stderr}\n`))
      else this.note('\n')
      return stdout
    },
    json: ({ plan, report }) => ({ plan, ...(report === undefined ? {} : { report }) }) as unknown as Json,
    fault: ({ fault }) => fault,
    tells: ({ report }) => report !== undefined,
  }

  protected get losses(): Attempt<ReadonlyArray<Addr>> {
    return attempt(async () => {
      const words = (this.acceptLoss ?? '').split(',').filter(word => word !== '')
      const wrong = words.find(word => !/^[a-z0-9-]+\.[a-z0-9-]+$/.test(word))
      if (wrong !== undefined)
        await need(
          fail(
            usage(
              `${wrong} is no resource: --accept-loss takes addresses such as vm.main`,
              `deployer ${this.words} --accept-loss ADDR,...`,
            ),
          ),
        )
      return words as ReadonlyArray<Addr>
    })
  }

  private progress(): Progress {
    if (this.quiet) return { on: () => {}, close: () => {} }
    const { context } = this
    const { terminal, color, unicode } = this.look('stderr')
    return progress({
      write: text => void context.stderr.write(this.log.mask(text)),
      terminal,
      columns: () => context.columns ?? 80,
      rows: () => context.rows ?? 24,
      color,
      unicode,
      now: context.now,
      every: context.every,
      json: this.json,
    })
  }
}

/** What somebody who has just put up a tracker wants to know. */
const nextOf = ({ opened: { environment, wish } }: Deployer, { plan, report }: Carried, asked: Told): Pick<Told, 'next'> => {
  if (report?.host === undefined || plan.simulated || wish.unhandled.includes('tracker.main')) return {}
  return { next: endpointRows(environment, report.host, { ...asked, variables: [] }) }
}

const lastGood = ({ state, opened }: Deployer): Pick<Told, 'backTo'> => {
  const runs = state.history(opened.wish.environment)
  const good = E.isRight(runs) ? runs.right.find(({ outcome }) => outcome === 'done') : undefined
  return good === undefined ? {} : { backTo: good.run }
}
