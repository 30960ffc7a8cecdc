import { accountKey } from '../../engine/account.js'
import type { Asks, Facts } from '../../engine/contract.js'
import { passwordsIn, SERVER } from '../database.js'
import type { Service } from '../service.js'
import { composeSize, stackOf } from '../stack.js'
import { envFile, folder, ownedBy, text } from '../texts.js'
import { configText } from './config.js'
import type { MysqlSpec } from './spec.js'

/** Without a name on any host, unlike the image's own. */
const UID = 10002
export const OWNED = ownedBy(UID)
export const HOME = 'storage/mysql'
const CLIENT = '/etc/mysql/client'

export const dataIn = (root: string): string => `${root}/${HOME}/data`
export const markIn = (root: string): string => `${root}/${HOME}/image`

export const block = ({ image, memory }: MysqlSpec) => ({
  name: SERVER,
  image,
  networks: ['database'] as const,
  block: {
    user: `${UID}:${UID}`,
    env_file: [`${HOME}/mysql.env`],
    read_only: true,
    tmpfs: ['/tmp', ...['/var/run/mysqld', '/var/lib/mysql-files'].map(path => `${path}:uid=${UID},gid=${UID},mode=0750`)],
    volumes: [`./${HOME}/data:/var/lib/mysql`, `./${HOME}/etc:/etc/mysql/conf.d:ro`, `./${HOME}/client:${CLIENT}:ro`],
    healthcheck: {
      test: ['CMD', 'mysql', `--defaults-extra-file=${CLIENT}/client.cnf`, '--execute=SELECT 1'],
      interval: '10s',
      timeout: '5s',
      retries: 3,
      start_period: '2m',
    },
    stop_grace_period: '1m',
    ...(memory !== undefined && { mem_limit: composeSize(memory) }),
  },
})

/** Answers over the network once the server that serves has started; with whom it talks it does not mind. */
const READY = { asks: ['mysqladmin', '--protocol=tcp', '--host=127.0.0.1', '--connect-timeout=2', 'ping'], seconds: 300 }

export const service = (spec: MysqlSpec, facts: Facts): Service => {
  const stack = stackOf(facts)
  const { root, project } = stack
  const home = `${root}/${HOME}`
  return {
    folders: [
      folder(home),
      folder(dataIn(root), OWNED),
      folder(`${home}/etc`, OWNED),
      folder(`${home}/client`, OWNED, '0700'),
      folder(`${home}/passwords`, undefined, '0700'),
    ],
    data: { [dataIn(root)]: `the database ${spec.database} (keys, whitelist, completed counts)` },
    starts: [text(`${home}/etc/deployer.cnf`, configText(spec.config), OWNED)],
    follows: [envFile(`${home}/mysql.env`, firstPassword(spec)), text(markIn(root), `${spec.image}\n`)],
    ready: READY,
    scratch: ['/var/lib/mysql'],
    trial: ['mysqld', '--validate-config'],
    opens: [{ ask: 'account', key: accountKey({ project, service: SERVER, user: 'root', folder: passwordsIn(stack) }), to: FIRST }],
    says: `${spec.image}, database ${spec.database}, user ${spec.user}`,
    restart: { seconds: 5, says: ['MySQL restarts, about 5 s without a database: who asks for what is stored has to wait or is refused.'] },
    losing: `database ${spec.database} stops answering`,
  }
}

/** Whoever makes it has a password of its own for that. */
const FIRST: Asks['account'] = { accepts: 'previous', grants: [], databases: [] }

/**
 * Only for making the data, and changed right after it: the image puts it into statements and files as it is. In letters and
 * digits, so that it comes through.
 */
const firstPassword = ({ root_password }: MysqlSpec) => ({
  MYSQL_ROOT_PASSWORD: [{ digest: [[{ secret: root_password.secret, as: [] }]] }],
  MYSQL_ROOT_HOST: 'localhost',
})
