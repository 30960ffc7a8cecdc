import type { Batch, Claim, Event, Outcome } from '../../../engine/contract.js'
import { doingOf } from '../../../engine/run/doing.js'
import type { Fault } from '../../../specs/fault.js'

/** What a batch says of itself while it runs, line by line. */
export const eventsFrom = (nonce: string, on: (event: Event) => void): ((text: string) => void) => {
  let rest = ''
  let step = 0
  let asked = false
  return text => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (asked) return
      const [mark, is, index] = line.split(' ', 3)
      if (mark !== nonce) {
        if (line !== '') on({ is: 'output', step, text: line })
        continue
      }
      asked = is === 'asked'
      if (is !== 'started' && is !== 'done') continue
      step = Number(index)
      on({ is, step })
    }
  }
}

type Failed = Extract<Outcome, { is: 'failed' }>

/** Undefined: all steps were done. */
export const failureIn = (output: string, nonce: string, batch: Batch, host: string): Failed | undefined => {
  const refused = new RegExp(`^${nonce} refused (\\S+) ?(.*)$`, 'm').exec(output)
  if (refused !== null) return { is: 'failed', step: 0, fault: refusal(refused[1] ?? '', refused[2] ?? '', batch, host) }
  const failed = new RegExp(`^${nonce} failed (\\d+) (\\d+)$`, 'm').exec(output)
  if (failed === null) return undefined
  const step = Number(failed[1])
  const from = output.lastIndexOf(`${nonce} started ${step}\n`)
  const said = output.slice(output.indexOf('\n', from) + 1, failed.index).trim()
  return { is: 'failed', step, fault: stepFault(said, batch, step, host) }
}

interface Rival {
  readonly environment: string
  readonly addr: `${string}.${string}`
  readonly run: number
}

const refusal = (why: string, detail: string, batch: Batch, host: string): Fault => {
  if (why === 'busy') return { code: 'HOST_BUSY', host, ...rivalIn(detail) }
  if (why === 'fenced') return { code: 'FENCED', host, fence: batch.fence, newer: Number(detail) }
  if (why !== 'notours') return { code: 'DISK_FULL', where: host }
  const index = Number.parseInt(detail, 10)
  const { what, id } = batch.claims[index] as Claim
  const other = detail.slice(String(index).length + 1)
  if (other === '-') return { code: 'NOT_OURS', what, id }
  const { environment, addr } = rivalIn(other)
  return { code: 'NOT_OURS', what, id, by: `${addr} of ${environment}` }
}

const rivalIn = (line: string): Rival => {
  const { environment, addr, run } = JSON.parse(line) as Rival
  return { environment, addr, run }
}

const LAST = 6

const stepFault = (said: string, batch: Batch, index: number, host: string): Fault => {
  const output = said.split('\n').slice(-LAST).join('\n')
  const step = batch.steps[index]
  if (/No space left on device/.test(said)) return { code: 'DISK_FULL', where: host }
  if (/Could not get lock|is another process using it\?/.test(said)) return { code: 'PACKAGES_LOCKED', host }
  if (/Read-only file system/.test(said)) return { code: 'PERMISSION_DENIED', host, what: output }
  return { code: 'STEP_FAILED', host, step: step === undefined ? 'a step' : doingOf(step), output }
}
