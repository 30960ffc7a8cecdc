export type Tone = 'create' | 'update' | 'delete' | 'danger' | 'good' | 'bad' | 'busy' | 'quiet' | 'strong'

const CODES: { readonly [T in Tone]: string } = {
  create: '32',
  update: '33',
  delete: '31',
  danger: '1;31',
  good: '32',
  bad: '31',
  busy: '36',
  quiet: '2',
  strong: '1',
}

/** A line, and the tone of its first `reach` characters. Colour repeats what the words say, so without it nothing is missing. */
export interface Line {
  readonly text: string
  readonly tone?: Tone
  readonly reach?: number
}

export const line = (text: string, tone?: Tone, reach?: number): Line => ({
  text,
  ...(tone === undefined ? {} : { tone }),
  ...(reach === undefined ? {} : { reach }),
})

export const paint = ({ text, tone, reach = text.length }: Line, color: boolean): string =>
  color && tone !== undefined && text !== '' ? `\u001b[${CODES[tone]}m${text.slice(0, reach)}\u001b[0m${text.slice(reach)}` : text

/** Each line with its end. */
export const show = (lines: ReadonlyArray<Line>, { color }: { readonly color: boolean }): string =>
  lines.map(one => `${paint(one, color)}\n`).join('')

/** Blocks with an empty line between; empty ones leave none. */
export const blocks = (parts: ReadonlyArray<ReadonlyArray<Line>>): ReadonlyArray<Line> =>
  parts.filter(part => part.length > 0).flatMap((part, at) => (at === 0 ? part : [line(''), ...part]))
