import { digestOf } from '../../engine/model/seal.js'

/** What a simulated registry has: the same name stands for the same image, always. */
export const digestIn = (image: string): string => `sha256:${digestOf(image, 'registry')}`
