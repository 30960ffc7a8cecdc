import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { confirmationOver } from '../../../providers/ssh/confirm.js'
import type { Connection } from '../../../providers/ssh/connection.js'
import { type Fault, saysOf } from '../../../specs/fault.js'
import { E } from '../../../specs/fp.js'

const refused: Fault = { code: 'HOST_REFUSED', host: 'h', port: 2222 }
const silent: Fault = { code: 'HOST_TIMEOUT', host: 'h', port: 2222, seconds: 10 }

/** New connections end like these, one after the other; the open one says this. */
const confirmed = async (ends: ReadonlyArray<Fault | undefined>, open: E.Either<Fault, string>) => {
  const fresh: Array<number> = []
  const undone: Array<string> = []
  const connection = {
    run: (script: string, asking?: { readonly fresh?: number }) => async () => {
      if (asking?.fresh === undefined) {
        undone.push(script)
        return open
      }
      const fault = ends[fresh.push(asking.fresh) - 1]
      return fault === undefined ? E.right('') : E.left(fault)
    },
  } as unknown as Connection
  const step = { do: 'confirm', via: 'vm.main', name: 'firewall', port: 2222 } as const
  const fault = await confirmationOver(step, { connection, host: 'h', sleep: async () => undefined })
  return { fault, fresh, undone: undone.length }
}

test('a new connection that gets in is all that it takes', async () => {
  assert.equal(await confirmed([undefined], E.right('')), { fault: undefined, fresh: [2222], undone: 0 })
})

test('a daemon that refuses while it reads its files is asked again', async () => {
  assert.equal(await confirmed([refused, undefined], E.right('')), { fault: undefined, fresh: [2222, 2222], undone: 0 })
})

test('when nobody gets in, the host is told at once to put everything back', async () => {
  const { fault, fresh, undone } = await confirmed([silent], E.right('undone\n'))
  assert.equal({ fresh, undone }, { fresh: [2222], undone: 1 })
  assert.equal(fault, { code: 'NOT_CONFIRMED', host: 'h', port: 2222, why: 'no answer', undone: true })
  assert.match(saysOf(fault as Fault), 'it has put back what was there before')
})

test('when not even that gets through, the host does it by itself', async () => {
  const { fault } = await confirmed([refused, refused, refused], E.left(silent))
  assert.equal(fault, { code: 'NOT_CONFIRMED', host: 'h', port: 2222, why: 'refused', undone: false })
  assert.match(saysOf(fault as Fault), 'it puts back what was there before, within a minute')
})

test.run()
