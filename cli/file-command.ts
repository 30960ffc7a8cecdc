import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Option } from 'clipanion'
import type { Fault } from '../specs/fault.js'
import { type Attempt, attempt, E, fail, need } from '../specs/fp.js'
import type { StateReader, Store } from '../state/index.js'
import { BaseCommand } from './command.js'
import { Deployer } from './deployer.js'
import type { Opening } from './deploying.js'
import { fileOf, nameIn, openEnvironment, readText, stateFolderOf } from './environment.js'
import { readState, writeState } from './state.js'
import { twoFiles } from './usage.js'

/** The state beside an environment file, and the name that it goes by there. */
export interface Beside {
  readonly file: string
  readonly folder: string
  readonly environment: string
}

/** A command about one environment, whose file is found or named with -f. */
export abstract class FileCommand extends BaseCommand {
  flag = Option.String('-f,--file', { description: 'The environment FILE, when it is not here or in a folder above.' })

  /** The file where it was named without -f. */
  protected get named(): string | undefined {
    return undefined
  }

  /** The file as it was typed; undefined: to be found. */
  protected get typed(): Attempt<string | undefined> {
    return attempt(async () => {
      if (this.named !== undefined && this.flag !== undefined) need(fail(twoFiles(this.words, this.named, this.flag)))
      return this.named ?? this.flag
    })
  }

  protected opened<A>(body: (deployer: Deployer) => Promise<A>, how: Pick<Opening, 'backTo' | 'pins'> = {}): Attempt<A> {
    return attempt(async () => {
      const deployer = await need(Deployer.open(this.context, this.log, { typed: await need(this.typed), ...how, warn: this.warn }))
      this.warnings.push(...deployer.now.warnings)
      try {
        const done = await attempt(() => body(deployer))()
        return need(E.isLeft(done) ? fail(knowingBetter(done.left, deployer)) : done)
      } finally {
        deployer.close()
      }
    })
  }

  /** The state can be asked about an environment whose file has mistakes, as long as that says its name. */
  protected beside(): Attempt<Beside> {
    return attempt(async () => {
      const typed = await need(this.typed)
      const file = await need(fileOf(this.context, typed))
      const opened = await openEnvironment(this.context, typed)()
      if (E.isRight(opened)) return { file, folder: opened.right.folder, environment: opened.right.wish.environment }
      const environment = nameIn(await need(readText(file)))
      return environment === undefined ? need(opened) : { file, folder: stateFolderOf(file), environment }
    })
  }

  protected reading<A>(body: (state: StateReader, beside: Beside) => Promise<A>): Attempt<A> {
    return attempt(async () => {
      const beside = await need(this.beside())
      const state = need(readState(this.context, beside.folder))
      try {
        return await body(state, beside)
      } finally {
        state.close()
      }
    })
  }

  /** To change a state that is there: none is made for it. */
  protected writing<A>(body: (store: Store, beside: Beside) => Promise<A>): Attempt<A> {
    return attempt(async () => {
      const beside = await need(this.beside())
      const { folder, environment } = beside
      need(readState(this.context, folder)).close()
      if (!existsSync(join(folder, 'state.db'))) need(fail({ code: 'ENVIRONMENT_UNKNOWN', environment, known: [] }))
      const store = need(writeState(this.context, folder))
      this.log.keepIn(folder)
      this.log.write(`${this.words} of ${environment}`)
      try {
        return await body(store, beside)
      } finally {
        store.close()
      }
    })
  }
}

/** Who was let in before, and is not now, changed something. */
const knowingBetter = (fault: Fault, { state, opened }: Deployer): Fault => {
  if (fault.code !== 'LOGIN_REFUSED') return fault
  const memory = state.memory(opened.wish.environment)
  return E.isRight(memory) && memory.right.resources.length > 0 ? { ...fault, ours: true } : fault
}

/** The same, where the file may also be named without -f. */
export abstract class EnvironmentCommand extends FileCommand {
  positional = Option.String({ name: 'FILE', required: false })

  protected override get named(): string | undefined {
    return this.positional
  }
}
