/** As much of a terminal as the progress uses: it shows text, folds long lines, moves up and erases below. */
export class Terminal {
  isCursorShown = true
  #lines: string[] = ['']
  #row = 0
  #col = 0
  #top = 0

  constructor(
    public columns: number,
    public rows: number,
  ) {}

  /** All that was ever shown, with what scrolled out at the top. */
  get text(): string {
    return this.#lines.map(line => line.trimEnd()).join('\n')
  }

  write(text: string): void {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal's own language.
    for (const [token] of text.matchAll(/\u001b\[[0-9;?]*[A-Za-z]|\p{Any}/gu)) this.#take(token)
  }

  #take(token: string): void {
    if (token === '\r') this.#col = 0
    else if (token === '\n') this.#down()
    else if (token === '\u001b[J') this.#erase()
    else if (token === '\u001b[?25l') this.isCursorShown = false
    else if (token === '\u001b[?25h') this.isCursorShown = true
    else if (token.endsWith('A') && token.length > 1) this.#row = Math.max(this.#top, this.#row - Number.parseInt(token.slice(2), 10))
    else if (token.length > 1 && token.startsWith('\u001b')) throw new Error(`unknown to this terminal: ${JSON.stringify(token)}`)
    else this.#put(token)
  }

  #put(char: string): void {
    if (this.#col === this.columns) this.#down()
    const line = this.#lines[this.#row] ?? ''
    this.#lines[this.#row] = line.padEnd(this.#col).slice(0, this.#col) + char + line.slice(this.#col + 1)
    this.#col++
  }

  #down(): void {
    this.#row++
    this.#col = 0
    this.#lines[this.#row] ??= ''
    this.#top = Math.max(this.#top, this.#row - this.rows + 1)
  }

  #erase(): void {
    this.#lines[this.#row] = (this.#lines[this.#row] ?? '').slice(0, this.#col)
    this.#lines.length = this.#row + 1
  }

  /** Folds what stands there to the new width, as most terminals do. Afterwards the cursor is at the end. */
  narrow(columns: number): void {
    this.columns = columns
    this.#lines = this.#lines.flatMap(line => line.match(new RegExp(`.{1,${columns}}`, 'gu')) ?? [''])
    this.#row = this.#lines.length - 1
    this.#top = Math.max(0, this.#lines.length - this.rows)
  }
}
