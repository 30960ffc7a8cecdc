import { asRoot, hasProgram, must } from './run.js'
import { Trouble } from './trouble.js'

/** What a program of ours comes in, as Debian and Ubuntu call it. LXD brings the others where it is not a package of theirs (snap). */
const WANTED: ReadonlyArray<{ readonly program: string; readonly packages: ReadonlyArray<string> }> = [
  { program: 'lxc', packages: ['lxd', 'lxd-client', 'dnsmasq-base', 'iptables'] },
  { program: 'mmdebstrap', packages: ['mmdebstrap', 'debian-archive-keyring'] },
  { program: 'zstd', packages: ['zstd'] },
  { program: 'ssh', packages: ['openssh-client'] },
]

export const missingPackages = async (): Promise<ReadonlyArray<string>> => {
  const missing: string[] = []
  for (const { program, packages } of WANTED) if (!(await hasProgram(program))) missing.push(...packages)
  return missing
}

export const install = async (packages: ReadonlyArray<string>): Promise<void> => {
  if (!(await hasProgram('apt-get')))
    throw new Trouble(`this is neither Debian nor Ubuntu, and ${packages.join(', ')} are missing`, 'install them, then run this again')
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const apt = (...words: ReadonlyArray<string>): ReadonlyArray<string> => asRoot(['apt-get', '-o', 'DPkg::Lock::Timeout=120', ...words])
  await must(apt('update', '-q'), "look at this machine's /etc/apt, then: apt-get update", { env })
  await must(apt('install', '-yq', '--no-install-recommends', ...packages), `try it by hand: apt-get install ${packages.join(' ')}`, {
    env,
  })
}
