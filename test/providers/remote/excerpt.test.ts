import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { excerptOf } from '../../../providers/remote/act/excerpt.js'

/** `docker logs` of tracker 3.0.0 and of MySQL 9.7 behind the official entry script, on Debian 13. */
const logOf = (name: string): string => readFileSync(`test/fixtures/containers/${name}.txt`, 'utf8')

test('a panic is told without its thread, the place of its source and how to see its stack', () => {
  assert.equal(excerptOf(logOf('tracker-private')), [
    'panicked at src/bootstrap/app.rs:38:9:',
    'Configuration error: Private mode section in configuration can only be included when the tracker is running in private mode.',
  ])
})

test('a long line stays whole, for what is secret in it to be found', () => {
  const [first, second = '', ...rest] = excerptOf(logOf('tracker-port'))
  assert.equal([first, rest], ['panicked at src/bootstrap/config.rs:27:32:', []])
  assert.match(second, /^error loading configuration from sources: ConfigError .{400,}/)
})

test('what is said forty times is told once, without its colours and times', () => {
  assert.equal(excerptOf(logOf('tracker-database')), [
    'ERROR r2d2: unable to open database file: ./storage/tracker/lib/database/sqlite3.db',
  ])
})

test('lines that belong to an error stay under it', () => {
  assert.equal(excerptOf(logOf('mysql-unset')), [
    '[ERROR] [Entrypoint]: Database is uninitialized and password option is not specified',
    '    You need to specify one of the following as an environment variable:',
    '    - MYSQL_ROOT_PASSWORD',
    '    - MYSQL_ALLOW_EMPTY_PASSWORD',
    '    - MYSQL_RANDOM_ROOT_PASSWORD',
  ])
})

test('a warning that sounds like a failure is not where an error begins', () => {
  assert.is(excerptOf(logOf('mysql-option'))[0], "[ERROR] [MY-000067] [Server] unknown variable 'no-such-option=1'.")
  assert.is(
    excerptOf(logOf('mysql-folder'))[0],
    '[ERROR] [MY-010457] [Server] --initialize specified but the data directory has files in it. Aborting.',
  )
})

test('frames of a stack are left out, in each language', () => {
  const rust = `thread 'main' (7) panicked at src/main.rs:2:5:
out of cheese
stack backtrace:
   0: rust_begin_unwind
   1: core::panicking::panic_fmt
             at ./src/panicking.rs:64:14
note: Some details are omitted, run with \`RUST_BACKTRACE=full\``
  assert.equal(excerptOf(rust), ['panicked at src/main.rs:2:5:', 'out of cheese'])
  const go = `panic: no cheese

goroutine 1 [running]:
main.(*Shop).open(0x1, 0x2)
\t/src/shop/main.go:17 +0x1d
main.main()
\t/src/shop/main.go:9 +0x20
exit status 2`
  assert.equal(excerptOf(go), ['panic: no cheese', 'exit status 2'])
  const python = `Traceback (most recent call last):
  File "/app/main.py", line 3, in <module>
    open('/nowhere')
FileNotFoundError: [Errno 2] No such file or directory: '/nowhere'`
  assert.equal(excerptOf(python), ["FileNotFoundError: [Errno 2] No such file or directory: '/nowhere'"])
})

test('at most eight lines are told, from the first error on; without one the last eight', () => {
  const lines = Array.from({ length: 20 }, (_, index) => `2026-11-21T22:27:00.${index}Z line ${index}`)
  assert.equal(excerptOf(lines.join('\n')), ['line 12', 'line 13', 'line 14', 'line 15', 'line 16', 'line 17', 'line 18', 'line 19'])
  const failing = lines.with(3, 'cannot listen on 0.0.0.0:80')
  assert.equal(excerptOf(failing.join('\n')).slice(0, 2), ['cannot listen on 0.0.0.0:80', 'line 4'])
  assert.is(excerptOf(failing.join('\n')).length, 8)
})

test('a container that said nothing has no excerpt', () => {
  assert.equal(excerptOf(''), [])
  assert.equal(excerptOf('\n  \n'), [])
})

test('of a program that starts again and again only its last end is told, not how it begins anew', () => {
  const attempt = [
    'INFO Logging initialized',
    '{',
    '  "app": "tracker",',
    '}',
    "thread 'main' panicked at src/app.rs:66:14:",
    'no such column: info_hash',
  ]
  const cut = attempt.slice(4)
  assert.equal(excerptOf([...cut, ...attempt, ...attempt].join('\n')), ['panicked at src/app.rs:66:14:', 'no such column: info_hash'])
})

test.run()
