import type { Family } from './peer.js'

/** Nothing came back, and why, in words. */
export class Silent extends Error {}
/** This machine has no way to addresses of IPv6. */
export class NoIpv6Here extends Error {}

const NO_WAY: ReadonlySet<string> = new Set(['ENETUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT'])

const WORDS: { readonly [code: string]: string } = {
  ECONNREFUSED: 'refused: nobody listens there',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  EHOSTUNREACH: 'no route to it',
  ENETUNREACH: 'no route to it',
  ETIMEDOUT: 'no answer',
}

export const silenceOf = (cause: Error, family: Family | undefined): Error => {
  const { code = '', message } = cause as NodeJS.ErrnoException
  if (family === 6 && NO_WAY.has(code)) return new NoIpv6Here(message)
  return cause instanceof Silent ? cause : new Silent(WORDS[code] ?? message)
}
