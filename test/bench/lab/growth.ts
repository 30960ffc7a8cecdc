import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Batch, Channel, Outcome } from '../../../engine/channel.js'
import type { Claim, Probe, Step } from '../../../engine/contract.js'
import { sshChannel } from '../../../providers/ssh/index.js'
import { E } from '../../../specs/fp.js'
import { labHost } from '../../lab/host.js'
import { type Figure, median } from '../measure.js'

const FEW = 10
const MANY = 500
const via = 'vm.main' as const
const owned = { mode: '0644', owner: 'root', group: 'root' } as const
const reveal = (text: unknown) => async () => E.right(String(text))

const pathOf = (index: number): string => `/opt/bench/file-${String(index).padStart(5, '0')}`
const contentOf = (index: number): string => `file ${index}\n${'a line of a configuration\n'.repeat(20)}`
const indices = (from: number, to: number): ReadonlyArray<number> => Array.from({ length: to - from }, (_, index) => from + index)

/** Files that are managed: each with its claim in the ledger. */
const batchOf = (some: ReadonlyArray<number>, run: number): Batch => ({
  environment: 'bench',
  addr: `note.n${run}`,
  run,
  fence: run,
  claims: some.map((index): Claim => ({ what: 'file', id: pathOf(index), via, hold: 'own' })),
  steps: [
    { do: 'dir', via, path: '/opt/bench', ...owned, mode: '0755' },
    ...some.map((index): Step => ({ do: 'put', via, path: pathOf(index), content: contentOf(index), ...owned })),
  ],
  releases: [],
  verify: [],
})

const look = async (channel: Channel, count: number): Promise<number> => {
  const probes = indices(0, count).map((index): Probe => ({ ask: 'file', key: pathOf(index), via }))
  const began = performance.now()
  const { answers, ledger } = await channel.look(probes, reveal)
  const seconds = (performance.now() - began) / 1000
  const right = answers.filter(
    (answer, index) => answer.is === 'present' && (answer.value as { content: string }).content === contentOf(index),
  )
  if (right.length !== count || ledger.length !== count)
    throw new Error(`of ${count} files ${right.length} were seen, ${ledger.length} claimed`)
  return seconds
}

const done = (outcome: Outcome): void => {
  if (outcome.is !== 'done') throw new Error(JSON.stringify(outcome.fault))
}

/** Looks over a connection that is open, where nothing else takes time: at a host with few files of ours, then with many. */
export const growthFigures = async (scratch: string, runs: number): Promise<ReadonlyArray<Figure>> => {
  const host = await labHost({ name: `bench-growth-${process.pid}` })
  const { name, address, ssh } = host
  const options = { knownHosts: join(scratch, 'known_hosts'), patience: 30, now: Date.now, sleep: (ms: number) => sleep(ms) }
  const channel = sshChannel({ name, addresses: [address], login: { user: ssh.user, port: ssh.port, key: ssh.key } }, options)
  const looks = async (count: number): Promise<number> => {
    const seconds: number[] = []
    for (let round = 0; round < runs; round++) seconds.push(await look(channel, count))
    return median(seconds)
  }
  try {
    done(await channel.act(batchOf(indices(0, FEW), 1), reveal, () => undefined))
    const few = await looks(FEW)
    const began = performance.now()
    done(await channel.act(batchOf(indices(FEW, MANY), 2), reveal, () => undefined))
    const made = (performance.now() - began) / 1000
    const many = await looks(MANY)
    return [
      { name: `look_${FEW}`, value: few, unit: 's' },
      { name: `look_${MANY}`, value: many, unit: 's' },
      { name: 'look_growth', value: many / few, unit: 'x' },
      { name: `make_${MANY - FEW}`, value: made, unit: 's' },
    ]
  } finally {
    await channel.close()
    await host.remove()
  }
}
