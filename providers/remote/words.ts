/** One word of a POSIX shell, whatever is in it. */
export const word = (text: string): string => {
  if (text.includes('\0')) throw new Error('a word of a shell holds no NUL')
  return `'${text.replace(/'/g, "'\\''")}'`
}

export const words = (texts: ReadonlyArray<string>): string => texts.map(word).join(' ')
