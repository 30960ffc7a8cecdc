/** Sorts before cloud-init's own, and the first value that sshd reads wins. */
const FOLDER = '/etc/ssh/sshd_config.d'

interface Written {
  readonly path: string
  readonly content: string
  readonly mode: '0644'
  readonly owner: 'root'
  readonly group: 'root'
}
const written = (name: string, lines: ReadonlyArray<string>): Written => ({
  path: `${FOLDER}/${name}`,
  content: lines.map(line => `${line}\n`).join(''),
  mode: '0644',
  owner: 'root',
  group: 'root',
})

/** Nobody gets in with a password, and nobody as root. */
export const hardening = (): Written =>
  written('00-deployer.conf', ['PasswordAuthentication no', 'KbdInteractiveAuthentication no', 'PermitRootLogin no'])

/** A file of its own, since the port is moved by another resource than the one that hardens. `Port` lines add up. */
export const PORT_FILE = `${FOLDER}/00-deployer-port.conf`

/** Undefined: sshd listens on this without being told. */
export const listening = (ports: ReadonlyArray<number>): Written | undefined =>
  ports.length === 1 && ports[0] === 22
    ? undefined
    : written(
        '00-deployer-port.conf',
        ports.map(port => `Port ${port}`),
      )
