import type { Fault } from '../../specs/fault.js'

/**
 * Why an endpoint gave no digest: it does not have the image, lets nobody in, can't be asked, answers nonsense, or wants a
 * password that is not at hand.
 */
export type Word = 'unknown' | 'refused' | 'silent' | 'invalid' | 'locked'

export class Said extends Error {
  constructor(
    readonly word: Word,
    readonly why: string,
    readonly because?: Fault,
    /** Asking again may help. */
    readonly passes: boolean = false,
  ) {
    super(why)
  }
}
