import type { Ask, Probe } from '../../../engine/contract.js'
import { ENGINE_RUNS } from '../engine.js'
import { KEPT } from '../place.js'
import { accounts } from './accounts.js'
import { containers, images, networks } from './containers.js'
import { engine } from './engine.js'
import { filesScript } from './files.js'
import { chains, firewall, ruleList, rules } from './firewall.js'
import { hostScript } from './host.js'
import { settings, sysctls } from './kernel.js'
import { busyScript, ledgerScript } from './ledger.js'
import { packages } from './packages.js'
import type { Question } from './question.js'
import { ports, sshd } from './sshd.js'
import { undos } from './undos.js'
import { units } from './units.js'
import { members, users } from './users.js'

type Asked = { readonly [A in Ask]?: Question<A> }

export const QUESTIONS: Asked = {
  package: packages,
  unit: units,
  user: users,
  member: members,
  sysctl: sysctls,
  setting: settings,
  sshd,
  port: ports,
  firewall,
  rules: ruleList,
  rule: rules,
  chain: chains,
  engine,
  network: networks,
  container: containers,
  image: images,
  undo: undos,
  account: accounts,
}
export const FILES: ReadonlyArray<Ask> = ['file', 'dir', 'cron']

/** By programs that take long to start: asked beside the others. */
const SLOW: ReadonlySet<string> = new Set<Ask>(['engine', 'network', 'container', 'image', 'account'])

/** What is asked of a host besides the probes. */
const ALWAYS: ReadonlyArray<readonly [string, string]> = [
  ['host', hostScript],
  ['salt', `cat ${KEPT}/salt 2>/dev/null; true`],
  ['ledger', ledgerScript],
  ['busy', busyScript],
]

/**
 * One script for all probes of a host, in two halves at once. Each question is asked apart from the others, in a shell of its own,
 * and says how it ended; every line about this has the nonce in it, so that no profile, banner or file can be taken for one.
 */
export const lookScript = (probes: ReadonlyArray<Probe>, nonce: string): string => {
  const about = (asks: ReadonlyArray<Ask>) => probes.filter(({ ask }) => asks.includes(ask))
  const files = about(FILES)
  const paths = (some: ReadonlyArray<Probe>): ReadonlyArray<string> => [...new Set(some.map(({ key }) => key))]
  const bare = files.filter(one => one.bare === true)
  const secret = files.filter(one => one.bare !== true && one.match !== undefined)
  const open = files.filter(one => one.bare !== true && one.match === undefined)
  const questions = [...new Set(probes.map(({ ask }) => ask))].flatMap(ask => {
    const question = QUESTIONS[ask]
    return question === undefined ? [] : [[ask, question.script(about([ask]), nonce)] as const]
  })
  const sections: ReadonlyArray<readonly [string, string]> = [
    ...ALWAYS,
    ...(files.length === 0
      ? []
      : [['files', filesScript({ open: paths(open), secret: paths(secret), bare: paths(bare) }, nonce)] as const]),
    ...questions,
  ]
  const [slow, quick] = [sections.filter(([name]) => SLOW.has(name)), sections.filter(([name]) => !SLOW.has(name))]
  const asked = (some: typeof sections): string => `{\n${some.map(section => sectionScript(section, nonce)).join('\n')}\n} </dev/null`
  return [
    'export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin',
    ...(slow.length === 0 ? [] : [ENGINE_RUNS]),
    slow.length === 0 ? asked(quick) : `${asked(slow)} | {\n${asked(quick)}\ncat\n}`,
    `echo '${nonce} all'`,
  ].join('\n')
}

const sectionScript = ([name, script]: readonly [string, string], nonce: string): string =>
  `echo '${nonce} begin ${name}'\n(\n${script}\n) 2>/dev/null\nprintf '\\n%s %s\\n' '${nonce} end ${name}' "$?"`
