import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { replaceFile } from '../../specs/write.js'

const linesOf = (file: string): ReadonlyArray<string> =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter(line => line !== '')
    : []

const isOf =
  (name: string) =>
  (line: string): boolean =>
    line.split(' ', 1)[0] === name

const textOf = (lines: ReadonlyArray<string>): string => lines.map(line => `${line}\n`).join('')

const write = (file: string, lines: ReadonlyArray<string>): void => replaceFile(file, textOf(lines))

/** The keys that a host has to show, `ssh-ed25519 AAAA…`. */
export const pinned = (file: string, name: string): ReadonlyArray<string> =>
  linesOf(file)
    .filter(isOf(name))
    .map(line => line.split(' ').slice(1, 3).join(' '))

/** From now on only these: for a machine that was made with keys that we know, or is seen for the first time. */
export const pin = (file: string, name: string, keys: ReadonlyArray<string>): void => {
  const lines = linesOf(file)
  const others = lines.filter(line => !isOf(name)(line))
  const own = keys.map(key => `${name} ${key}`)
  if (others.length === lines.length) appendFileSync(file, textOf(own), { mode: 0o600 })
  else write(file, [...others, ...own])
}

/** For a machine that is gone, so that another one may have its name. */
export const unpin = (file: string, name: string): void => {
  if (pinned(file, name).length > 0) pin(file, name, [])
}

/** ssh passes over what stands behind a key, so that the port by which a host was reached last can stand there. */
export const lastPort = (file: string, name: string): number | undefined => {
  const port = /^\S+ \S+ \S+ port=(\d+)$/.exec(linesOf(file).find(isOf(name)) ?? '')?.[1]
  return port === undefined ? undefined : Number(port)
}

/** Of a host that is pinned. sshd's own port needs no note. */
export const notePort = (file: string, name: string, port: number): void => {
  if (pinned(file, name).length === 0 || (lastPort(file, name) ?? 22) === port) return
  const note = port === 22 ? '' : ` port=${port}`
  write(
    file,
    linesOf(file).map(line => (isOf(name)(line) ? `${line.split(' ').slice(0, 3).join(' ')}${note}` : line)),
  )
}
