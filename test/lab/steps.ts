import { createInterface } from 'node:readline/promises'
import { Trouble } from './trouble.js'

export interface Step {
  readonly says: string
  readonly act: () => Promise<void>
}

export type Say = (line: string) => void

/** What will be done is said before anybody is asked. */
export const agree = async (shown: ReadonlyArray<string>, isAgreed: boolean, say: Say): Promise<void> => {
  if (shown.length === 0) return
  say(`To do on this machine:\n${shown.map(line => `  - ${line}`).join('\n')}\nnpm run lab -- down takes away all but the packages.`)
  if (isAgreed) return
  if (!process.stdin.isTTY) throw new Trouble('nobody is there to be asked', 'add --yes')
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  const answer = await terminal.question('Go on? [y/N] ')
  terminal.close()
  if (!/^y(es)?$/i.test(answer.trim())) throw new Trouble('nothing was changed', 'add --yes when you want it')
}

export const perform = async (steps: ReadonlyArray<Step>, say: Say): Promise<void> => {
  for (const { says, act } of steps) {
    const began = performance.now()
    await act()
    say(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${says}`)
  }
}
