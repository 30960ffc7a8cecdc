import { type LabHost, labHost, removeHost } from './host.js'
import { inside } from './inside.js'

/** A MySQL server of somebody else, on a host that knows nothing of deployer. */
export interface ForeignServer {
  readonly address: string
  /** As its root. */
  sql(statements: string): Promise<void>
  stop(): Promise<void>
  start(): Promise<void>
  remove(): Promise<void>
}

const MADE = `export DEBIAN_FRONTEND=noninteractive
apt-get -qq update >/dev/null && apt-get -qq install --no-install-recommends docker.io docker-cli >/dev/null 2>&1 || exit 1
mkdir -p /etc/docker && echo '{"registry-mirrors":["MIRROR"]}' >/etc/docker/daemon.json
systemctl reset-failed docker; systemctl restart docker && docker pull -q mysql:8.4 >/dev/null &&
docker run -d --name foreign -e MYSQL_ROOT_PASSWORD=of-others -p 3306:3306 mysql:8.4 >/dev/null`

const READY = `for i in $(seq 300); do
  if docker exec foreign mysqladmin --protocol=tcp -h127.0.0.1 ping >/dev/null 2>&1; then exit 0; fi
  sleep 0.2
done
exit 1`

export const foreignServer = async (name: string, mirror: string): Promise<ForeignServer> => {
  await removeHost(name)
  const host: LabHost = await labHost({ name })
  const on = (script: string, input = ''): Promise<string> => inside(name, script, { input, seconds: 240 })
  await on(MADE.replace('MIRROR', mirror))
  await on(READY)
  return {
    address: host.address,
    sql: async statements => void (await on('MYSQL_PWD=of-others docker exec -i -e MYSQL_PWD foreign mysql -uroot', statements)),
    stop: async () => void (await on('docker stop -t 20 foreign >/dev/null')),
    start: async () => void (await on(`docker start foreign >/dev/null; ${READY}`)),
    remove: () => host.remove(),
  }
}
