import { environmentReference, environmentSchema } from '../resources/schema.js'
import { FAULTS } from '../specs/fault.js'
import { ISSUES } from '../specs/issue.js'
import { conformancePage } from '../test/conformance/page.js'
import { commandsPage } from './commands-page.js'

const explained = (title: string, intro: string, rows: ReadonlyArray<readonly [code: string, meaning: string]>): string =>
  [`## ${title}`, intro, ...rows.map(([code, meaning]) => `### ${code}\n\n${meaning}`)].join('\n\n')

const endings = ({ retry, refuses }: { readonly retry: string; readonly refuses?: true }): ReadonlyArray<string> => [
  ...(retry === 'soon' ? ['It is tried again by itself, until a deadline.'] : []),
  ...(refuses ? ['The command refuses before anything has changed (exit code 4).'] : []),
]

const faults = [
  '# Faults',
  'Generated from the code; do not edit. `deployer explain CODE` says the same. A code never changes its meaning.',
  explained(
    'In the environment file',
    'Problems that `deployer validate` lists, each with its file, line and column. Warnings do not stop anything.',
    Object.entries(ISSUES),
  ),
  explained(
    'Everywhere else',
    'What ends a command. Each message also says what to do next.',
    Object.entries(FAULTS).map(([code, row]) => [code, [row.explains, ...endings(row)].join(' ')]),
  ),
  '',
].join('\n\n')

/** Every generated file by its path, as it should be. */
export const PAGES: { readonly [file: string]: string } = {
  'schema/environment.schema.json': `${JSON.stringify(environmentSchema(), undefined, 2)}\n`,
  'docs/reference/environment.md': environmentReference(),
  'docs/reference/commands.md': await commandsPage(),
  'docs/faults.md': faults,
  'docs/conformance.md': await conformancePage(),
}
