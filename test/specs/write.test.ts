import { mkdtempSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { makeFile, replaceFile } from '../../specs/write.js'

const folder = (): string => mkdtempSync(join(tmpdir(), 'deployer-write-'))
const modeOf = (file: string): number => statSync(file).mode & 0o777

test('a file is replaced as a whole, and nothing is left beside it', () => {
  const at = folder()
  const file = join(at, 'file')
  writeFileSync(file, 'before, and longer', { mode: 0o644 })
  const { ino } = statSync(file)
  replaceFile(file, 'after')
  assert.equal([readFileSync(file, 'utf8'), readdirSync(at), modeOf(file)], ['after', ['file'], 0o600])
  assert.is.not(statSync(file).ino, ino)
})

test('who may read it is said by whoever writes it', () => {
  const file = join(folder(), 'file')
  replaceFile(file, Buffer.from([0xff, 0]), 0o640)
  assert.equal([modeOf(file), [...readFileSync(file)]], [0o640, [0xff, 0]])
})

test('what cannot take its place leaves what was there, and nothing beside it', () => {
  const at = folder()
  writeFileSync(join(at, 'in the way'), 'x')
  assert.throws(() => replaceFile(join(at, 'in the way', 'file'), 'after'), /ENOTDIR/)
  assert.throws(() => replaceFile(join(at, 'nowhere', 'file'), 'after'), /ENOENT/)
  assert.equal(readdirSync(at), ['in the way'])
})

test('of two makers the first one wins, also over a link that leads nowhere', () => {
  const at = folder()
  const file = join(at, 'file')
  makeFile(file, 'first')
  makeFile(file, 'second')
  symlinkSync('nowhere', join(at, 'link'))
  makeFile(join(at, 'link'), 'third')
  assert.equal([readFileSync(file, 'utf8'), modeOf(file), readdirSync(at).sort()], ['first', 0o600, ['file', 'link']])
})

test.run()
