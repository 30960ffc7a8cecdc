import { stringify } from 'yaml'
import type { Change } from '../../engine/contract.js'
import { hardening, listening } from '../ssh.js'

export interface FirstBoot {
  readonly hostname: string
  readonly user: string
  readonly keys: ReadonlyArray<string>
  readonly port: number
}

/** What a machine does of itself when it starts for the first time: just enough to be reached, and by nobody else. */
export const userDataOf = ({ hostname, user, keys, port }: FirstBoot): string =>
  `#cloud-config\n${stringify(
    {
      hostname,
      users: [{ name: user, groups: ['sudo'], shell: '/bin/bash', sudo: ['ALL=(ALL) NOPASSWD:ALL'], ssh_authorized_keys: keys }],
      disable_root: true,
      ssh_pwauth: false,
      write_files: sshFiles(port).map(({ path, content, mode, owner, group }) => ({
        path,
        content,
        permissions: mode,
        owner: `${owner}:${group}`,
      })),
      runcmd: [['sh', '-c', LOAD]],
    },
    { lineWidth: 0 },
  )}`

/** Where a socket listens in sshd's place, it reads the port when systemd reloads. */
const LOAD =
  'systemctl daemon-reload; if systemctl is-enabled --quiet ssh.socket; then systemctl restart ssh.socket; fi; systemctl try-restart ssh.service'

const sshFiles = (port: number) => [hardening(), ...[listening([port])].filter(file => file !== undefined)]

export const firstAnswers = ({ hostname, user, keys, port }: FirstBoot): ReadonlyArray<Change> => [
  { ask: 'setting', key: 'hostname', to: { value: hostname } },
  { ask: 'user', key: user, to: { shell: '/bin/bash', groups: ['sudo'], sudo: true, keys } },
  { ask: 'member', key: `${user}/sudo`, to: { user, group: 'sudo' } },
  { ask: 'dir', key: user === 'root' ? '/root' : `/home/${user}`, to: { mode: '0700', owner: user, group: user } },
  ...sshFiles(port).map(({ path, ...file }): Change => ({ ask: 'file', key: path, to: file })),
  { ask: 'sshd', key: 'sshd', to: { ports: [port], passwords: false, root: false } },
]
