import type { Host } from '../../contract.js'

/** What a machine made of this image says of itself: `debian/13`, or with a dash as some providers write it. */
export const hostOf = (image: string): Host => {
  const [os = '', version = ''] = image.split(/[/:-]/)
  return { os, version, arch: 'amd64', ipv6: true }
}

export const imageOf = ({ os, version }: Host): string => `${os}/${version}`

/** The same name has the same addresses on every machine. */
export const addressesOf = (name: string): ReadonlyArray<string> => {
  const hash = [...name].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) >>> 0, 7)
  const net = hash % 200
  const own = 2 + ((hash >>> 9) % 250)
  return [`10.77.${net}.${own}`, `fd77::${net.toString(16)}:${own.toString(16)}`]
}
