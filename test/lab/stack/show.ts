import { isLabPossible } from '../host.js'
import { isRegistryPossible } from '../images/registry.js'
import { EDITS, type Edit } from './changes.js'
import { besideRecords } from './records.js'
import { good, type Played, playEdit, removeMachine, settled, stackNamed } from './running.js'
import { tableOf } from './table.js'

const NAME = 's-stack-show'

/** Two tasks and a restart. */
const SHOWN: Edit = {
  says: 'a UDP listener added',
  edit: file => ({ ...file, tracker: { ...(file.tracker as object), udp: [6969, 6972] } }),
  restarts: ['tracker'],
}

export const whyNoStack = (): string | undefined => isLabPossible() ?? isRegistryPossible()

/** Each edit of a running stack as it goes, then all in a table, and one beside what the host has written down of it. */
export const showStack = async (say: (line: string) => void): Promise<boolean> => {
  const running = await stackNamed(NAME)
  const played: Played[] = []
  let failed = 0
  try {
    const { seconds } = good(await running.desk.run('apply', '--yes'))
    await settled(running.desk)
    say(`${seconds.toFixed(1).padStart(6)} s  one apply makes a tracker with MySQL out of nothing`)
    for (const edit of EDITS) {
      const went = await playEdit(running, edit).catch((cause: Error) => cause)
      if (went instanceof Error) {
        failed += 1
        delete running.seen
        say(`FAILED    ${edit.says}\n${went.message}`)
      } else {
        played.push(went)
        say(`${went.seconds.toFixed(1).padStart(6)} s  ${edit.says}`)
      }
    }
    say(`\n${tableOf(played)}`)
    say(`One of them, as its plan says it and as the host has it on record: ${SHOWN.says}\n\n${await besideRecords(running, SHOWN)}`)
  } finally {
    await removeMachine(NAME)
    running.desk.remove()
  }
  say(`${played.length} ok, ${failed} failed`)
  return failed === 0
}
