import type { Duplex } from 'node:stream'

const ENDS = ['readable', 'end', 'close', 'error'] as const

/** What comes next; undefined at its end. It is listened to only meanwhile, so that a stream can be handed on. */
export const nextOf = (stream: Duplex): Promise<Buffer | undefined> =>
  new Promise(resolve => {
    const settle = (): void => {
      const chunk = stream.read() as Buffer | null
      if (chunk === null && !stream.readableEnded && !stream.destroyed) return
      for (const name of ENDS) stream.off(name, settle)
      resolve(chunk ?? undefined)
    }
    for (const name of ENDS) stream.on(name, settle)
    settle()
  })
