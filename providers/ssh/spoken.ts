import type { ChildProcess, ChildProcessWithoutNullStreams } from 'node:child_process'

/** What a program said, from its start to its end. */
export interface Spoken {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Undefined: not a word came for so long. The connection that is kept open may hold the streams longer than who was killed. */
export const spokenUntil = (
  child: ChildProcess | undefined,
  spoken: PromiseLike<Spoken>,
  { seconds, on }: { readonly seconds: number; readonly on: ((text: string) => void) | undefined },
): Promise<Spoken | undefined> =>
  new Promise((resolve, reject) => {
    const silence = setTimeout(() => {
      child?.kill('SIGKILL')
      for (const stream of child?.stdio ?? []) stream?.destroy()
      resolve(undefined)
    }, seconds * 1000)
    child?.stdout?.on('data', (chunk: Buffer) => {
      silence.refresh()
      on?.(chunk.toString('utf8'))
    })
    const over = (): void => clearTimeout(silence)
    spoken.then(resolve, reject)
    spoken.then(over, over)
  })

/** By one that runs already and has been told nothing. */
export const spokenBy = (child: ChildProcessWithoutNullStreams, input: string): Promise<Spoken> =>
  new Promise(resolve => {
    const said = { stdout: [] as Array<Buffer>, stderr: [] as Array<Buffer> }
    for (const stream of ['stdout', 'stderr'] as const) child[stream].on('data', (chunk: Buffer) => said[stream].push(chunk))
    const text = (stream: keyof typeof said): string => Buffer.concat(said[stream]).toString('utf8')
    child.on('close', exitCode => resolve({ exitCode, stdout: text('stdout'), stderr: text('stderr') }))
    child.stdin.end(input)
  })
