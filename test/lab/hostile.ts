/** What breaks whoever quotes by hand: 90 characters of every sort, over several lines, beyond ASCII. */
export const HOSTILE = `'"\`$HOME $(id) #;&|\\\n%s ünïcødé ☃ {{x}} ${'x'.repeat(50)}`
