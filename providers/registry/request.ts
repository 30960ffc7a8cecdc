import { type IncomingHttpHeaders, type IncomingMessage, Agent as PlainAgent, request as plain } from 'node:http'
import { Agent as SecureAgent, request as secure } from 'node:https'

export interface Answered {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** Why there was no answer, in words; `passes`: asking again may help. */
export class NoAnswer extends Error {
  constructor(
    readonly why: string,
    readonly passes: boolean,
  ) {
    super(why)
  }
}

export interface Asking {
  readonly method: 'GET' | 'HEAD'
  readonly headers?: { readonly [name: string]: string }
}

const MOST_BYTES = 4 * 1024 * 1024
const MOST_REDIRECTS = 5

/** Connections that are kept for as long as something is asked. */
export class Line {
  readonly #plain = new PlainAgent({ keepAlive: true })
  readonly #secure = new SecureAgent({ keepAlive: true })

  constructor(private readonly seconds: number) {}

  /** Follows redirects; credentials go to nobody but whom they were meant for. */
  async ask(url: URL, { method, headers = {} }: Asking, redirects = 0): Promise<Answered> {
    const answered = await this.#once(url, method, headers)
    const { location } = answered.headers
    if (![301, 302, 303, 307, 308].includes(answered.status) || location === undefined) return answered
    if (redirects === MOST_REDIRECTS) throw new NoAnswer('it sends from one place to another without end', false)
    if (!URL.canParse(location, url.href)) throw new NoAnswer('it sends to a place that is no URL', false)
    const next = new URL(location, url)
    if (!/^https?:$/.test(next.protocol) || (url.protocol === 'https:' && next.protocol !== 'https:'))
      throw new NoAnswer(`it sends from TLS to ${next.origin}, where there is none`, false)
    const { authorization: _, ...open } = headers
    return this.ask(next, { method, headers: next.origin === url.origin ? headers : open }, redirects + 1)
  }

  close(): void {
    this.#plain.destroy()
    this.#secure.destroy()
  }

  #once(url: URL, method: Asking['method'], headers: NonNullable<Asking['headers']>): Promise<Answered> {
    const isSecure = url.protocol === 'https:'
    return new Promise((resolve, reject) => {
      const signal = AbortSignal.timeout(this.seconds * 1000)
      const failed = (cause: unknown): void => reject(cause instanceof NoAnswer ? cause : this.#noAnswer(cause, signal.aborted))
      const heard = (response: IncomingMessage): void => {
        bodyOf(response).then(body => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }), failed)
      }
      const asked = isSecure
        ? secure(url, { method, headers, signal, agent: this.#secure }, heard)
        : plain(url, { method, headers, signal, agent: this.#plain }, heard)
      asked.on('error', failed).end()
    })
  }

  #noAnswer(cause: unknown, isLate: boolean): NoAnswer {
    if (isLate) return new NoAnswer(`no answer in ${this.seconds} s`, false)
    const { code = '', message } = cause as NodeJS.ErrnoException
    const why = WHYS[code]
    if (why !== undefined) return new NoAnswer(why, false)
    if (PASSING.has(code)) return new NoAnswer('the connection broke', true)
    return new NoAnswer(
      /certificate|CERT|SSL|TLS/i.test(`${code} ${message}`) ? `its certificate is not trusted (${code || message})` : message,
      false,
    )
  }
}

const PASSING: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'HPE_INVALID_EOF_STATE'])

const WHYS: { readonly [code: string]: string } = {
  ENOTFOUND: 'there is no host of this name',
  EAI_AGAIN: 'its name cannot be looked up now',
  ECONNREFUSED: 'nothing listens there',
  EHOSTUNREACH: 'there is no way there',
  ENETUNREACH: 'there is no way there',
  ETIMEDOUT: 'no answer',
  EPROTO: 'it does not speak TLS',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS',
}

const bodyOf = async (response: IncomingMessage): Promise<Buffer> => {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of response as AsyncIterable<Buffer>) {
    size += part.length
    if (size > MOST_BYTES) {
      response.destroy()
      throw new NoAnswer('its answer has no end', false)
    }
    parts.push(part)
  }
  return Buffer.concat(parts)
}
