/** `5.7 s`, `11.8 s`, `1 min 5 s`, `2 h 3 min`: what something took. */
export const tookWord = (seconds: number): string =>
  seconds < 59.95 ? `${Math.max(0, seconds).toFixed(1)} s` : elapsedWord(Math.round(seconds))

/** `6 s`: what goes on, without a digit that would jump. */
export const elapsedWord = (seconds: number): string => {
  const whole = Math.max(0, Math.floor(seconds))
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  return minutes < 60 ? two(minutes, 'min', whole % 60, 's') : two(Math.floor(minutes / 60), 'h', minutes % 60, 'min')
}
const two = (large: number, unit: string, small: number, below: string): string =>
  `${large} ${unit}${small === 0 ? '' : ` ${small} ${below}`}`

/** `0.5 s`, `5 s`: how long until something; never less than it takes. */
export const untilWord = (seconds: number): string => (seconds < 0.95 ? tookWord(Math.max(0.1, seconds)) : elapsedWord(Math.ceil(seconds)))

/** `just now`, `5 min ago`, `3 d ago`. */
export const agoWord = (seconds: number): string => {
  if (seconds < 60) return 'just now'
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`
  if (seconds < 2 * 86400) return `${Math.floor(seconds / 3600)} h ago`
  return `${Math.floor(seconds / 86400)} d ago`
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const

/** About how much: `80 KiB`, `1.5 GiB`. */
export const sizeWord = (bytes: number): string => {
  const power = bytes < 1024 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10))
  return `${Number((bytes / 1024 ** power).toFixed(1))} ${UNITS[power]}`
}

/** `1 error`, `2 errors`. */
export const countWord = (count: number, noun: string, several = `${noun}s`): string => `${count} ${count === 1 ? noun : several}`

/** `a`, `a and b`, `a, b and c`. */
export const allWord = (words: ReadonlyArray<string>): string =>
  words.length < 2 ? (words[0] ?? 'none') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
