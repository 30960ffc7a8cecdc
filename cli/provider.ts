import type { Provider } from '../engine/channel.js'
import { type Ahead, providerOf } from '../providers/index.js'
import { secondsOf } from '../specs/duration.js'
import type { Attempt } from '../specs/fp.js'
import type { Issue } from '../specs/issue.js'
import { makeFolder, placeOf } from '../state/index.js'
import type { Context } from './context.js'
import type { Opened } from './environment.js'

export interface Providing {
  readonly warn?: (issue: Issue) => void
  readonly traceless?: boolean
  readonly ahead?: Ahead | undefined
  readonly instant?: boolean
}

/** What gives the machine of an environment. Whoever asks for it closes it. */
export const providerFor = ({ now, sleep }: Context, { environment, wish, folder }: Opened, providing: Providing = {}): Attempt<Provider> =>
  providerOf(environment.provider, {
    environment: wish.environment,
    folder,
    makeFolder: () => makeFolder(placeOf(folder)),
    patience: secondsOf(environment.ssh.timeout),
    now,
    sleep,
    ...providing,
  })
