import { createHmac } from 'node:crypto'
import { type Attempt, attempt, need } from '../../specs/fp.js'
import type { Reveal } from '../channel.js'
import type { Do, Does, Step, StepOf, Text } from '../contract.js'

/** A text as a model host keeps it: in clear, or, once a secret went into it, its digest keyed with the host's salt. */
export type Sealed = string | { readonly sealed: string }

type SealedWords<W> = {
  readonly [K in keyof W]: Text extends W[K] ? Sealed : ReadonlyArray<Text> extends W[K] ? ReadonlyArray<Sealed> : W[K]
}
/** A step as effects see it: its texts are sealed, so it can be kept and shown. */
export type SealedStepOf<D extends Do> = Omit<StepOf<D>, keyof Does[D]> & SealedWords<Does[D]>
export type SealedStep = { [D in Do]: SealedStepOf<D> }[Do]

export const digestOf = (clear: string, salt: string): string => createHmac('sha256', salt).update(clear).digest('hex')

const isSecret = (text: Text): boolean => typeof text !== 'string' && text.some(part => typeof part !== 'string' && 'secret' in part)

/** The secrets of a text go no further than this. */
export const sealText = (text: Text, reveal: Reveal, salt: string): Attempt<Sealed> =>
  attempt(async () => {
    if (typeof text === 'string') return text
    const clear = await need(reveal(text, salt))
    return isSecret(text) ? { sealed: digestOf(clear, salt) } : clear
  })

export const seal = (step: Step, reveal: Reveal, salt: string): Attempt<SealedStep> =>
  attempt(async (): Promise<SealedStep> => {
    const sealed = (text: Text): Promise<Sealed> => need(sealText(text, reveal, salt))
    switch (step.do) {
      case 'put':
      case 'engine config':
        return { ...step, content: await sealed(step.content) }
      case 'machine create':
        return { ...step, userData: await sealed(step.userData) }
      case 'up':
        return { ...step, digest: await sealed(step.digest) }
      case 'sql': {
        const { password, ...rest } = step
        return { ...rest, statement: await sealed(step.statement), ...(password !== undefined && { password: await sealed(password) }) }
      }
      case 'run':
        return { ...step, argv: await Promise.all(step.argv.map(sealed)) }
      default:
        return step
    }
  })

/** Whether a sealed text is this one. */
export const isText = (text: Sealed, clear: string, salt: string): boolean =>
  typeof text === 'string' ? text === clear : text.sealed === digestOf(clear, salt)
