import { must, run } from './run.js'
import { Trouble } from './trouble.js'

export interface Mirrors {
  readonly main: string
  readonly security: string
  /** What this machine's apt has to be told to reach them, and so a host's. */
  readonly options: ReadonlyArray<string>
}

const TOLD = ['Acquire::Check-Valid-Until', 'Acquire::Check-Date', 'Acquire::http::Proxy', 'Acquire::https::Proxy']

const toldTo = async (name: string): Promise<ReadonlyArray<string>> => {
  const { stdout } = await run(['apt-config', 'shell', 'VALUE', name])
  const value = /^VALUE='(.*)'$/m.exec(stdout)?.[1]
  return value === undefined ? [] : [`${name} "${value}";`]
}

/** Where this machine's own apt gets Debian from; elsewhere, DEPLOYER_LAB_MIRROR says it. */
export const mirrorsOf = async (env: { readonly [name: string]: string | undefined } = process.env): Promise<Mirrors> => {
  const listed = await must(
    ['apt-get', 'indextargets', '--format', '$(ORIGIN) $(LABEL) $(REPO_URI)', 'Created-By: Packages'],
    "look at this machine's /etc/apt, then: apt-get update",
  )
  const found = (label: string): string | undefined =>
    listed
      .split('\n')
      .map(line => line.split(' '))
      .find(([origin, named]) => origin === 'Debian' && named === label)?.[2]
  const main = env.DEPLOYER_LAB_MIRROR ?? found('Debian')
  if (main === undefined)
    throw new Trouble('apt on this machine knows no Debian archive', 'name one: DEPLOYER_LAB_MIRROR=http://MIRROR/debian npm run lab -- up')
  const security = found('Debian-Security') ?? ''
  return { main, security, options: (await Promise.all(TOLD.map(toldTo))).flat() }
}
