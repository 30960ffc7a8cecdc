import { homedir } from 'node:os'
import type { Fault } from '../../specs/fault.js'
import { programs } from './programs.js'
import type { Target } from './target.js'

/** ssh passes over a key with a passphrase in silence when nobody can be asked for it. */
export const lockedKey = async (fault: Fault, { name, login }: Target): Promise<Fault> => {
  if (fault.code !== 'LOGIN_REFUSED' || login.key === undefined) return fault
  const $ = await programs()
  const file = login.key.replace(/^~(?=\/)/, homedir())
  const { stderr } = await $({ input: '' })`ssh-keygen -y -P ${''} -f ${file}`
  if (/No such file/.test(stderr)) return { code: 'LOGIN_KEY_MISSING', key: login.key }
  return /incorrect passphrase/.test(stderr) ? { code: 'LOGIN_KEY_LOCKED', host: name, key: login.key } : fault
}
