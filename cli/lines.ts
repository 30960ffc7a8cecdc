/** Text that comes in pieces, line by line. */
export class Lines {
  #rest = ''
  #count = 0

  constructor(private readonly hear: (line: string) => void) {}

  get isEmpty(): boolean {
    return this.#count === 0
  }

  take(text: string): void {
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) this.#say(line)
  }

  end(): void {
    if (this.#rest !== '') this.#say(this.#rest)
    this.#rest = ''
  }

  #say(line: string): void {
    this.#count++
    this.hear(line)
  }
}
