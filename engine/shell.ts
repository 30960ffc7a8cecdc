import type { Attempt } from '../specs/fp.js'

/** A host for people and their commands, over the same way and with the same trust as its channel. */
export interface Shell {
  /** What a script prints that is read whole before it runs: as whoever logs in, or as root. */
  run(script: string, as: 'login' | 'root'): Attempt<string>
  /** Once something ran: argv of a program of this machine that is the given command there, its streams and its exit code. */
  command(argv: ReadonlyArray<string>, how: { readonly root: boolean; readonly terminal: boolean }): ReadonlyArray<string>
  /** Once something ran: argv of a program of this machine that is a login there, over a connection of its own. */
  session(words: ReadonlyArray<string>): ReadonlyArray<string>
  /** Whether the connection that `command` goes over still stands. */
  isOpen(): Promise<boolean>
  /** The keys that the host has been known by so far, `ssh-ed25519 AAAA…`. */
  readonly pinned: ReadonlyArray<string>
  /** The keys that it has shown since, where none was known. */
  shown(): ReadonlyArray<string>
  close(): Promise<void>
}
