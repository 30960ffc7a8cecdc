import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { bundled } from './bundled.js'

type Purpose = 'apply' | 'destroy'
interface Said {
  readonly report?: { readonly outcome: string; readonly failed: ReadonlyArray<unknown> }
  /** What a second plan in the same process would do. */
  readonly left: ReadonlyArray<string>
  readonly idle: boolean
}

export const environment = { name: 'demo', provider: 'sandbox', tracker: { udp: [6969] } }
export const other = {
  ...environment,
  tracker: { udp: [6970] },
  firewall: { allow: [{ port: 9100, proto: 'tcp' }] },
  vm: { timezone: 'Europe/Berlin' },
}

const child = await bundled('test/support/crash-child.ts')
const go = async (purpose: Purpose, folder: string, point = 0, spec: unknown = environment): Promise<Said | 'killed'> => {
  const { signal, stdout, stderr } = await child([purpose, folder, String(point), JSON.stringify(spec)])
  if (signal === 'SIGKILL') return 'killed'
  if (stderr !== '') throw new Error(stderr)
  return JSON.parse(stdout) as Said
}

const scratch = mkdtempSync(join(tmpdir(), 'deployer-crash-'))
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }))

/** Everything that ever happened on the model host, as it was written down there. */
export const happened = (folder: string): string => {
  const log = join(folder, 'sandbox', 'demo.log')
  return existsSync(log) ? readFileSync(log, 'utf8') : ''
}

/** Kills at every point there is, each in a copy of the same folder; the number of points. */
export const everyPoint = async (
  purpose: Purpose,
  prepared: string | undefined,
  after: (folder: string, rerun: Said) => void,
): Promise<number> => {
  let next = 1
  let last = Number.POSITIVE_INFINITY
  const worker = async (): Promise<void> => {
    while (next <= last) {
      const point = next++
      const folder = join(scratch, `${purpose}-${prepared === undefined ? 'new' : 'old'}-${point}`)
      if (prepared !== undefined) cpSync(prepared, folder, { recursive: true })
      if ((await go(purpose, folder, point)) === 'killed') {
        const rerun = await go(purpose, folder)
        if (rerun === 'killed') throw new Error(`the rerun after point ${point} was killed`)
        assert.ok(rerun.report === undefined || rerun.report.outcome === 'done', `point ${point}: ${JSON.stringify(rerun)}`)
        assert.equal([rerun.left, rerun.idle], [[], true], `point ${point}`)
        after(folder, rerun)
      } else last = Math.min(last, point - 1)
      rmSync(folder, { recursive: true, force: true })
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, worker))
  return last
}

export const applied = async (name: string, spec: unknown): Promise<string> => {
  const folder = join(scratch, name)
  const said = await go('apply', folder, 0, spec)
  assert.is(said !== 'killed' && said.report?.outcome, 'done', JSON.stringify(said))
  return folder
}
