import { E } from '../../specs/fp.js'
import { openStore } from '../../state/index.js'
import { doneWith, optionsAt, perform, resource, right, startOf, writer } from './state.js'

/** A process of its own for what one process cannot try: being killed, racing, having fewer rights. Its news go to stdout, a line each. */
const [, , what = '', project = '', count = '0'] = process.argv
const tell = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`)
const forever = (): void => void setInterval(() => undefined, 60_000)

const doings: { readonly [what: string]: () => void } = {
  /** Tells each write after it was acknowledged. */
  write: () => {
    const journal = right(writer(project).begin(startOf(project)))
    tell('began')
    for (let at = 0; ; at++) {
      const addr = `unit.n${at % 50}` as const
      right(journal.intents([{ addr, action: 'create' }]))
      tell({ intent: addr })
      right(journal.results([{ addr, action: 'create', result: doneWith(resource(addr, { spec: { at, long: 'x'.repeat(2000) } })) }]))
      tell({ result: addr, at })
    }
  },
  begin: () => {
    right(right(writer(project).begin(startOf(project))).intents([{ addr: 'unit.a', action: 'create' }]))
    tell('began')
    forever()
  },
  hold: () => {
    const lock = right(writer(project).lock(startOf(project, { command: 'apply --yes' })))
    tell({ fence: lock.fence })
    forever()
  },
  /** Waits for the moment, then tries to begin. */
  race: () => {
    const store = writer(project)
    while (Date.now() < Number(count)) {}
    const began = store.begin(startOf(project))
    if (E.isLeft(began)) {
      tell(began.left.code)
      return
    }
    perform(began.right, 'unit.a', 'create', doneWith(resource('unit.a')))
    tell('began')
    forever()
  },
  secret: () => {
    const store = writer(project)
    while (Date.now() < Number(count)) {}
    tell(right(store.secrets.generated({ environment: 'demo', name: 'tracker.api.admin_token', version: 1, length: 32 })))
  },
  open: () => {
    const opened = openStore(optionsAt(project))
    tell(E.isLeft(opened) ? opened.left : 'opened')
  },
  read: () => {
    const opened = openStore({ ...optionsAt(project), mode: 'read' })
    tell(E.isLeft(opened) ? opened.left : right(opened.right.memory('demo')).resources.map(one => one.addr))
  },
  key: () => {
    const secret = writer(project).secrets.generated({ environment: 'demo', name: 'a.b', version: 1, length: 32 })
    tell(E.isLeft(secret) ? secret.left : 'generated')
  },
}

doings[what]?.()
