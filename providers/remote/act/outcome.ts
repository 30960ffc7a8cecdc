import type { Batch, Event, Outcome } from '../../../engine/channel.js'
import type { Claim } from '../../../engine/contract.js'
import type { Fault } from '../../../specs/fault.js'
import { troubleOf, unkept } from './trouble.js'

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
      if (is !== 'started' && is !== 'waits' && is !== 'done') continue
      step = Number(index)
      on({ is, step })
    }
  }
}

type Failed = Extract<Outcome, { is: 'failed' }>

interface Heard {
  readonly nonce: string
  readonly host: string
  /** By our clock, in milliseconds. */
  readonly now: number
}

/** Undefined: all steps were done. */
export const failureIn = (output: string, batch: Batch, { nonce, host, now }: Heard): Failed | undefined => {
  const refused = new RegExp(`^${nonce} refused (\\S+) ?(.*)$`, 'm').exec(output)
  if (refused !== null) return { is: 'failed', step: 0, fault: refusal(refused[1] ?? '', refused[2] ?? '', batch, host) }
  const failed = new RegExp(`^${nonce} failed (\\d+) (\\d+)(?: (\\d+))?$`, 'm').exec(output)
  if (failed === null) return undefined
  const step = Number(failed[1])
  const from = output.lastIndexOf(`${nonce} started ${step}\n`)
  const said = output
    .slice(output.indexOf('\n', from) + 1, failed.index)
    .replace(`\n${nonce} waits ${step}\n`, '')
    .trim()
  const ahead = failed[3] === undefined ? 0 : Number(failed[3]) - now / 1000
  return { is: 'failed', step, fault: troubleOf({ host, step: batch.steps[step], said, ahead }) }
}

interface Rival {
  readonly environment: string
  readonly addr: `${string}.${string}`
  readonly run: number
}

const refusal = (why: string, detail: string, batch: Batch, host: string): Fault => {
  if (why === 'busy') return { code: 'HOST_BUSY', host, ...rivalIn(detail) }
  if (why === 'fenced') return { code: 'FENCED', host, fence: batch.fence, newer: Number(detail) }
  if (why === 'port') return { code: 'PORT_TAKEN', host, port: Number.parseInt(detail, 10), by: detail.replace(/^\d+ /, '') }
  if (why !== 'notours') return unkept(detail, host)
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
