import { unsupported } from '../../resources/systems.js'
import { type Answer, bad, broken, type Check, ok, warn } from './check.js'

/** What a host said to all scripts, in one round trip. */
export interface Said {
  readonly host: string
  readonly texts: ReadonlyMap<string, string>
  /** Of here, in seconds, when the host was asked. */
  readonly clock: number
  /** `deployer exec`, as it has to be typed. */
  readonly exec: string
}

interface HostCheck extends Check<Said> {
  readonly script: string
}

const asked = (
  name: string,
  script: string,
  judge: (text: string, said: Said) => Answer | undefined,
  fix: (exec: string) => string,
): HostCheck => ({
  name,
  script,
  question: said => {
    const text = said.texts.get(name)
    return text === undefined ? bad('the host did not say') : judge(text.trim(), said)
  },
  fix: ({ exec }) => fix(exec),
})

const MOST_SKEW = 60
const GIB = 1024 * 1024

export const HOST: ReadonlyArray<HostCheck> = [
  asked(
    'system',
    '. /etc/os-release; echo "$ID $VERSION_ID $(uname -m)"',
    (text, { host }) => {
      const [os = '', version = '', arch = ''] = text.split(' ')
      const fault = unsupported({ name: host, host: { os, version, arch, ipv6: false } })
      return fault === undefined ? ok(text) : broken(fault)
    },
    () => 'Take a machine with Debian 12 or 13, Ubuntu 22.04 or 24.04',
  ),
  asked(
    'clock',
    'date +%s',
    (text, { clock }) => {
      const skew = Number(text) - clock
      if (!Number.isFinite(skew)) return bad(`it says ${text}`)
      const seconds = Math.round(Math.abs(skew))
      return seconds <= MOST_SKEW ? ok('as here') : warn(`${seconds} s ${skew > 0 ? 'ahead of' : 'behind'} this computer`)
    },
    exec => `${exec} --sudo -- timedatectl set-ntp true`,
  ),
  asked(
    'disk',
    "df -Pk / /var | awk 'NR>1 {print $4, $6}' | sort -n | head -n 1",
    text => {
      const [kib = '', where = '/'] = text.split(' ')
      const says = `${(Number(kib) / GIB).toFixed(1)} GiB free on ${where}`
      if (Number(kib) >= GIB) return ok(says)
      return Number(kib) >= GIB / 4 ? warn(says) : bad(says)
    },
    exec => `${exec} --sudo -- apt-get clean`,
  ),
  asked(
    'file system',
    'awk \'$2 == "/" {print $4}\' /proc/mounts | tail -n 1',
    text => (text.split(',').includes('ro') ? bad('the root file system is read-only') : ok('can be written')),
    exec => `See why, then: ${exec} --sudo -- mount -o remount,rw /`,
  ),
  asked(
    'packages',
    'ls /var/lib/dpkg/updates; dpkg --audit; true',
    text => (text === '' ? ok('whole') : bad(`dpkg was interrupted: ${text.split('\n')[0]}`)),
    exec => `${exec} --sudo -- dpkg --configure -a`,
  ),
  asked(
    'reboot',
    'cat /run/reboot-required 2>/dev/null; true',
    text => (text === '' ? ok('none is due') : warn('upgrades wait for one')),
    exec => `${exec} --sudo -- systemctl reboot`,
  ),
]

/** Each in a shell of its own, behind a line that names it. */
export const hostScript = (mark: string): string =>
  [
    'export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin',
    ...HOST.map(({ name, script }) => `echo '${mark} ${name}'\n(\n${script}\n) </dev/null 2>/dev/null`),
    `echo '${mark}'`,
  ].join('\n')

export const textsIn = (output: string, mark: string): ReadonlyMap<string, string> => {
  const parts = output.split(`${mark} `).slice(1)
  return new Map(
    parts.map(part => {
      const end = part.indexOf('\n')
      return [part.slice(0, end), part.slice(end + 1).replace(new RegExp(`${mark}\\n$`), '')] as const
    }),
  )
}
