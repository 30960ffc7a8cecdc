import { createCipheriv, createDecipheriv, type KeyObject, randomBytes, randomInt } from 'node:crypto'

const FORMAT = 1
const NONCE = 12
const TAG = 16

/** What a sealed text belongs to: opened as anything else it is refused, so rows cannot be swapped. */
export type Belongs = readonly [environment: string, name: string, version: number]

/** One byte of format, the nonce, the tag, the sealed bytes. */
export const seal = (key: KeyObject, belongs: Belongs, clear: string): Buffer => {
  const nonce = randomBytes(NONCE)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(aadOf(belongs))
  const sealed = Buffer.concat([cipher.update(clear, 'utf8'), cipher.final()])
  return Buffer.concat([Buffer.of(FORMAT), nonce, cipher.getAuthTag(), sealed])
}

/** Undefined: another key, another place, or other bytes than were sealed. */
export const unseal = (key: KeyObject, belongs: Belongs, box: Buffer): string | undefined => {
  if (box[0] !== FORMAT || box.length < 1 + NONCE + TAG) return undefined
  const nonce = box.subarray(1, 1 + NONCE)
  const tag = box.subarray(1 + NONCE, 1 + NONCE + TAG)
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG }).setAAD(aadOf(belongs)).setAuthTag(tag)
  try {
    return Buffer.concat([decipher.update(box.subarray(1 + NONCE + TAG)), decipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}

const aadOf = (belongs: Belongs): Buffer => Buffer.from(JSON.stringify(['deployer', FORMAT, ...belongs]))

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const ALPHABET = `${LETTERS}0123456789`

/** Nothing in it needs quoting anywhere, and it begins with a letter, so that no file format takes it for a number. */
export const randomText = (length: number): string => Array.from({ length }, (_, at) => pick(at === 0 ? LETTERS : ALPHABET)).join('')

const pick = (alphabet: string): string => alphabet.charAt(randomInt(alphabet.length))
