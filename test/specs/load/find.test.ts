import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { E } from '../../../specs/fp.js'
import { findFile } from '../../../specs/load/index.js'
import { folderWith } from '../../support/files.js'

test('the environment file here is found, or the nearest one above', () => {
  const top = folderWith({ 'environment.toml': '', 'a/environment.yml': '', 'a/b/c/x': '', 'd/x': '' })
  assert.equal(findFile(top), E.right(join(top, 'environment.toml')))
  assert.equal(findFile(join(top, 'a/b/c')), E.right(join(top, 'a/environment.yml')))
  assert.equal(findFile(join(top, 'd')), E.right(join(top, 'environment.toml')))
})

test('two in one folder are ambiguous', () => {
  const top = folderWith({ 'environment.json': '', 'environment.yaml': '', 'a/x': '' })
  assert.equal(findFile(join(top, 'a')), E.left({ code: 'FILE_AMBIGUOUS', folder: top, files: ['environment.yaml', 'environment.json'] }))
})

test('none is a fault with the folder where the search began', () => {
  const top = folderWith({ 'prod.yaml': '' })
  assert.equal(findFile(top), E.left({ code: 'FILE_MISSING', folder: top }))
})

test('a folder of that name is passed over, a link that leads nowhere is not', () => {
  const top = folderWith({ 'environment.yaml': '', 'a/x': '', 'b/x': '' })
  mkdirSync(join(top, 'a/environment.yaml'))
  symlinkSync('nowhere', join(top, 'b/environment.yaml'))
  assert.equal(findFile(join(top, 'a')), E.right(join(top, 'environment.yaml')))
  assert.equal(findFile(join(top, 'b')), E.right(join(top, 'b/environment.yaml')))
})

test.run()
