const NEWLINE = 10

/** Bytes that come in pieces, each line masked once it is whole: no secret is in two of them. */
export class Masked {
  #rest: ReadonlyArray<Buffer> = []

  constructor(
    private readonly mask: (bytes: Buffer) => Buffer,
    private readonly hear: (bytes: Buffer) => void,
  ) {}

  take(bytes: Buffer): void {
    const end = bytes.lastIndexOf(NEWLINE) + 1
    if (end === 0) this.#rest = [...this.#rest, bytes]
    else {
      const whole = Buffer.concat([...this.#rest, bytes.subarray(0, end)])
      this.#rest = [bytes.subarray(end)]
      this.hear(this.mask(whole))
    }
  }

  end(): void {
    const left = Buffer.concat(this.#rest)
    this.#rest = []
    if (left.length > 0) this.hear(this.mask(left))
  }
}
