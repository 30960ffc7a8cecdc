import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

/** What one file came to. `output` is uvu's own, for when something failed. */
export interface FileResult {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  readonly output: string
}

type Suite = () => Promise<[errors: true | string, passed: number, skipped: number, total: number]>
const uvu = globalThis as unknown as { UVU_DEFER: number; UVU_INDEX: number; UVU_QUEUE: Suite[][] }
uvu.UVU_DEFER = 1
uvu.UVU_INDEX = 0

const runFile = async (file: string): Promise<FileResult> => {
  const queue: Suite[] = []
  uvu.UVU_QUEUE = [queue]
  const written: string[] = []
  const write = process.stdout.write
  process.stdout.write = (chunk: string | Uint8Array) => written.push(String(chunk)) > 0
  let [passed, failed, skipped] = [0, 0, 0]
  try {
    await import(pathToFileURL(resolve(file)).href)
    for (const suite of queue) {
      const [errors, ran, left, total] = await suite()
      if (errors !== true) written.push(`\n${errors}\n`)
      passed += ran
      skipped += left
      failed += total - ran
    }
  } catch (cause) {
    failed += 1
    written.push(`\n${cause instanceof Error ? cause.stack : String(cause)}\n`)
  } finally {
    process.stdout.write = write
  }
  return { passed, failed, skipped, output: written.join('') }
}

process.on('message', async (file: string) => process.send?.(await runFile(file)))
process.on('disconnect', () => process.exit())
