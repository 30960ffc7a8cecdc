import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'

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

const write = (file: string, lines: ReadonlyArray<string>): void => {
  writeFileSync(`${file}.new`, lines.map(line => `${line}\n`).join(''), { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

/** The keys that a host has to show, `ssh-ed25519 AAAA…`. */
export const pinned = (file: string, name: string): ReadonlyArray<string> =>
  linesOf(file)
    .filter(isOf(name))
    .map(line => line.slice(name.length + 1))

/** From now on only these: for a machine that was made with keys that we know. */
export const pin = (file: string, name: string, keys: ReadonlyArray<string>): void => {
  const others = linesOf(file).filter(line => !isOf(name)(line))
  write(file, [...others, ...keys.map(key => `${name} ${key}`)])
}

/** For a machine that is gone, so that another one may have its name. */
export const unpin = (file: string, name: string): void => {
  if (pinned(file, name).length > 0) pin(file, name, [])
}
