import * as assert from 'uvu/assert'
import { type Desk, type Said, told } from './cli.js'

/** It ended well; else all that a person would have seen. */
export const good = (said: Said): Said => {
  assert.is(said.code, 0, told(said))
  return said
}

/** The second plan is empty. */
export const isSettled = async (desk: Desk): Promise<Said> => good(await desk.run('plan', '--detailed-exitcode'))
