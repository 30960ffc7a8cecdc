import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { commandLine, withFile } from '../../../cli/render/command-line.js'

test('a command to copy names the file as its words allow, and brings the variables that it needs again', () => {
  const told = { file: 'my prod.yaml', variables: ['DEPLOYER__NAME=x'], flags: ['--back-to', '3'] }
  assert.is(commandLine('apply', told), "DEPLOYER__NAME=x deployer apply 'my prod.yaml' --back-to 3")
  assert.is(commandLine('ssh', withFile(told)), "DEPLOYER__NAME=x deployer ssh -f 'my prod.yaml'")
  assert.is(commandLine('secret show', withFile({}), ['tracker.api.admin_token']), 'deployer secret show tracker.api.admin_token')
})

test.run()
