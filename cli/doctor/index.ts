import { randomBytes } from 'node:crypto'
import { saysOf } from '../../specs/fault.js'
import { type Attempt, attempt, E, need } from '../../specs/fp.js'
import { machineOf } from '../at-host.js'
import type { Context } from '../context.js'
import { type Opened, openEnvironment, shownFile } from '../environment.js'
import { providerFor } from '../provider.js'
import { quoted } from '../render/command-line.js'
import { readState } from '../state.js'
import { examined, type Finding } from './check.js'
import { COMPUTER, computerOf } from './computer.js'
import { WRITTEN } from './file.js'
import { HOST, hostScript, textsIn } from './host.js'
import { DOOR, PROVIDED } from './machine.js'

/** Checks about one place. */
export interface Area {
  readonly area: 'computer' | 'environment' | 'machine'
  /** `This computer`, `demo on lxd`. */
  readonly title: string
  readonly findings: ReadonlyArray<Finding>
}

/** Everything that can be asked from here; nothing is changed, and nothing kept. A file that was not named may be missing. */
export const examine = (context: Context, typed: string | undefined): Attempt<ReadonlyArray<Area>> =>
  attempt(async () => {
    const opened = await openEnvironment(context, typed)()
    if (E.isLeft(opened)) {
      const fault = opened.left
      const computer = await computerArea(context)
      if (fault.code === 'FILE_MISSING' && fault.file === undefined) return [computer]
      if (fault.code === 'FILE_MISSING') return need(opened)
      const finding: Finding = { name: 'file', level: 'fail', says: saysOf(fault), fix: 'See every problem with: deployer validate' }
      return [computer, { area: 'environment', title: 'The environment', findings: [finding] }]
    }
    const [computer, ...others] = await Promise.all([computerArea(context, opened.right), environmentAreas(context, opened.right)])
    return [computer, ...others.flat()]
  })

const computerArea = async (context: Context, opened?: Opened): Promise<Area> => {
  const { provider, ssh } = opened?.environment ?? {}
  return { area: 'computer', title: 'This computer', findings: await examined(COMPUTER, computerOf(context, provider, ssh?.key)) }
}

const environmentAreas = async (context: Context, opened: Opened): Promise<ReadonlyArray<Area>> => {
  const { wish, folder } = opened
  const title = `${wish.environment} on ${wish.provider}, ${shownFile(context, opened.file)}`
  const state = readState(context, folder)
  try {
    const written = await examined(WRITTEN, { context, opened, state })
    const about = (findings: ReadonlyArray<Finding>): Area => ({ area: 'environment', title, findings: [...written, ...findings] })
    const made = await providerFor(context, opened, { traceless: true })()
    if (E.isLeft(made)) return [about([{ name: 'provider', level: 'fail', says: saysOf(made.left), fix: 'Take another provider' }])]
    const provider = made.right
    try {
      const machine = await machineOf(wish, provider)()
      const memory = E.isLeft(state) ? state : state.right.memory(wish.environment)
      const isRemembered = E.isRight(memory) && memory.right.resources.some(({ kind }) => kind === 'vm')
      const provided = await examined(PROVIDED, { opened, provider, machine, isRemembered })
      if (E.isLeft(machine) || !machine.right.seen.running || provider.shellTo === undefined) return [about(provided)]
      const shell = provider.shellTo(machine.right)
      try {
        const findings = await hostFindings(context, opened, { shell, machine: machine.right })
        return [about(provided), { area: 'machine', title: `The machine ${machine.right.name}`, findings }]
      } finally {
        await shell.close()
      }
    } finally {
      await provider.close()
    }
  } finally {
    if (E.isRight(state)) state.right.close()
  }
}

const hostFindings = async (
  { now }: Context,
  { typed }: Opened,
  { shell, machine }: Pick<Parameters<(typeof DOOR)[number]['question']>[0], 'shell' | 'machine'>,
): Promise<ReadonlyArray<Finding>> => {
  const mark = randomBytes(16).toString('hex')
  const entered = await shell.run(':', 'login')()
  const began = now()
  const asRoot = E.isLeft(entered) ? entered : await shell.run(hostScript(mark), 'root')()
  const clock = (began + now()) / 2000
  const door = await examined(DOOR, { shell, machine, entered, asRoot })
  if (E.isLeft(asRoot)) return door
  const exec = ['deployer exec', ...(typed === undefined ? [] : ['-f', quoted(typed)])].join(' ')
  return [...door, ...(await examined(HOST, { host: machine.name, texts: textsIn(asRoot.right, mark), clock, exec }))]
}
