import * as assert from 'uvu/assert'
import { type Desk, type Said, told } from './cli.js'

/** It ended well; else all that a person would have seen. */
export const good = (said: Said): Said => {
  assert.is(said.code, 0, told(said))
  return said
}

/** The second plan is empty. */
export const isSettled = async (desk: Desk): Promise<Said> => good(await desk.run('plan', '--detailed-exitcode'))

/** It printed this; else the message has all that it printed. */
export const shows = ({ stdout, ...said }: Said, words: RegExp): void =>
  assert.match(stdout, words, `nothing like ${words}\n${told({ stdout, ...said })}`)
