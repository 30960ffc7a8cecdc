/** What is played on real hosts, in the order of its lane. */
export interface Scenario {
  readonly says: string
  play(): Promise<void>
}
export type Lane = ReadonlyArray<Scenario>

export interface Played {
  readonly says: string
  readonly seconds: number
  readonly problem?: unknown
}

export const played = async ({ says, play }: Scenario): Promise<Played> => {
  const began = performance.now()
  const problem = await play().then(
    () => undefined,
    (cause: unknown) => cause ?? new Error('it failed without a word'),
  )
  return { says, seconds: (performance.now() - began) / 1000, ...(problem !== undefined && { problem }) }
}
