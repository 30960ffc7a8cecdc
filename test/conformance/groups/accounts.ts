import { accountKey } from '../../../engine/account.js'
import { type Asking, byHand, claim, dir, does, type Group, look, put, remove, restore, that, type Words } from '../case.js'

const FOLDER = '/opt/accounts'
const SERVER = { project: 'conformance', service: 'db', folder: FOLDER } as const
const keyOf = (user: string): string => accountKey({ ...SERVER, user })
const [ROOT, USER] = [keyOf('root'), keyOf('ann')]
const account = (key: string): Asking => ({ match: [...SECRET], account: key })

const SECRET = [{ secret: 'a.b', as: [] }] as const
const WRITTEN = { secret: 'a.b', as: ['sql'] } as const
const CLOSED = { mode: '0600' } as const
const ANN = "'ann'@'%'"
const OWN = 'ALL PRIVILEGES ON `a\\_b`.*'

const sql = (statement: Extract<Words, { do: 'sql' }>['statement'], rest: Partial<Extract<Words, { do: 'sql' }>> = {}): Words => ({
  do: 'sql',
  ...SERVER,
  statement,
  ...rest,
})

/** The lab's mirror has it; what daemon.json says is as before in the end. */
const RUN = `f=/etc/docker/daemon.json; cp -p $f /root/daemon.json 2>/dev/null
echo '{"registry-mirrors":["http://10.77.0.1:5000"]}' >$f; systemctl reset-failed docker; systemctl restart docker && docker pull -q mysql:9.7; pulled=$?
rm $f; if [ -f /root/daemon.json ]; then mv /root/daemon.json $f; fi; systemctl reset-failed docker; systemctl restart docker
[ $pulled = 0 ] && docker run -d --name conformance-db-1 -e MYSQL_ROOT_PASSWORD=first -e MYSQL_ROOT_HOST=localhost \\
  --label com.docker.compose.project=conformance --label com.docker.compose.service=db --label com.docker.compose.oneoff=False mysql:9.7 &&
for i in $(seq 600); do if docker exec conformance-db-1 mysqladmin --protocol=tcp -h127.0.0.1 ping >/dev/null 2>&1; then break; fi; sleep 0.2; done`

const runs = { image: 'mysql:9.7', running: true, health: 'none', restarts: 0, digest: '', networks: ['bridge'] } as const

export const accounts: Group = {
  name: 'accounts of a server',
  cases: [
    that('nobody has an account of a server that is not there', look(account(ROOT), account(USER))),
    does(
      'root has the password that the server was made with',
      [
        dir(FOLDER, '0700'),
        byHand(
          RUN,
          { ask: 'container', key: 'conformance/db', to: runs },
          { ask: 'account', key: ROOT, to: { accepts: 'previous', grants: [], databases: [] } },
        ),
      ],
      [account(ROOT), account(USER)],
    ),
    does(
      'root gets one that lies on the host',
      [
        put(`${FOLDER}/root`, SECRET, CLOSED),
        sql(["ALTER USER 'root'@'localhost' IDENTIFIED BY ", WRITTEN, ';'], { account: ROOT, password: SECRET }),
      ],
      [account(ROOT)],
    ),
    does(
      'a database is of the whole server',
      [sql('CREATE DATABASE IF NOT EXISTS `a_b` CHARACTER SET utf8mb4;', { account: ROOT, databases: ['a_b'] })],
      [account(ROOT)],
    ),
    does(
      'a user is made, and may do what it was granted',
      [
        put(`${FOLDER}/ann`, SECRET, CLOSED),
        sql([`CREATE USER ${ANN} IDENTIFIED BY `, WRITTEN, `;\nGRANT ${OWN} TO ${ANN};`], {
          account: USER,
          password: SECRET,
          grants: [OWN],
        }),
      ],
      [account(USER), account(ROOT)],
    ),
    does(
      'a password that is not the wanted one is a previous one',
      [put(`${FOLDER}/ann`, 'old', CLOSED), sql(`ALTER USER ${ANN} IDENTIFIED BY 'old';`, { account: USER, password: 'old' })],
      [account(USER)],
    ),
    does(
      'the next one beside it is taken, and the old one, too',
      [
        put(`${FOLDER}/ann.next`, SECRET, CLOSED),
        sql([`ALTER USER ${ANN} IDENTIFIED BY `, WRITTEN, ' RETAIN CURRENT PASSWORD;'], { account: USER, password: SECRET, retains: true }),
      ],
      [account(USER)],
    ),
    does(
      'told the same again, the old one is still taken',
      [sql([`ALTER USER ${ANN} IDENTIFIED BY `, WRITTEN, ' RETAIN CURRENT PASSWORD;'], { account: USER, password: SECRET, retains: true })],
      [account(USER), { match: 'old', account: USER }],
    ),
    does('it takes the place of the old one', [put(`${FOLDER}/ann`, SECRET, CLOSED), remove(`${FOLDER}/ann.next`)], [account(USER)]),
    does('the old one is discarded', [sql(`ALTER USER ${ANN} DISCARD OLD PASSWORD;`, { account: USER, retains: false })], [account(USER)]),
    does('what lies nowhere lets nobody in', [remove(`${FOLDER}/ann`)], [account(USER)]),
    does('what is revoked is gone', [sql(`REVOKE ${OWN} FROM ${ANN};`, { account: USER, grants: [] })], [account(USER)]),
    that(
      'an account goes',
      { act: { claims: [claim('account', USER)], steps: [], addr: 'mysql.main' } },
      {
        act: {
          steps: [restore('account', USER)],
          releases: [claim('account', USER)],
          asks: [account(USER), account(ROOT)],
          addr: 'mysql.main',
        },
      },
    ),
    does(
      'without its server an account is gone already',
      [byHand('docker rm -f -v conformance-db-1', { ask: 'container', key: 'conformance/db', to: undefined }), restore('account', USER)],
      [account(ROOT), account(USER)],
    ),
    does('statements need a server', [sql('SELECT 1;')], []),
  ],
}
