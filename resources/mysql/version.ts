import type { Json } from '../../specs/json.js'

type Version = readonly [number, number]

/** Of `mysql:8.4`, `8.4.3-oracle`, `9.7.4-2`; a tag such as `lts` says nothing. */
export const versionOf = (words: string): Version | undefined => {
  const [, major, minor = '0'] = /^(?:.*:)?(\d+)(?:\.(\d+))?(?:[.-].*)?$/.exec(words.replace(/@.*/, '')) ?? []
  return major === undefined ? undefined : [Number(major), Number(minor)]
}

export const wordsOf = ([major, minor]: Version): string => `${major}.${minor}`

const compare = (a: Version, b: Version): number => a[0] - b[0] || a[1] - b[1]

/** The newest that the server has noted in its data. */
const noted = (history: string): Version | undefined => {
  try {
    const { upgrade_history: all = [] } = JSON.parse(history) as { readonly upgrade_history?: ReadonlyArray<{ readonly version?: Json }> }
    return versionOf(`${all.at(-1)?.version}`)
  } catch {
    return undefined
  }
}

/** What an image makes of data that another one has had. `mark` is the image that we gave it to last; without one its own history counts. */
export const changeOf = (
  image: string,
  { mark, history }: { readonly mark?: string | undefined; readonly history?: string | undefined },
): { readonly from: string; readonly to: string; readonly is: 'upgrade' | 'downgrade' } | undefined => {
  const wanted = versionOf(image)
  const had = mark === undefined ? (history === undefined ? undefined : noted(history)) : versionOf(mark)
  if (wanted === undefined || had === undefined || compare(wanted, had) === 0) return undefined
  return { from: wordsOf(had), to: wordsOf(wanted), is: compare(wanted, had) > 0 ? 'upgrade' : 'downgrade' }
}
