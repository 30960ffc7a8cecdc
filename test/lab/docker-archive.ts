import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { cached, makeCache } from './cache.js'
import { mirrorsOf } from './mirrors.js'
import { must } from './run.js'

const SCRIPT = fileURLToPath(new URL('docker-archive.sh', import.meta.url))
const TODO = 'see what it says; the stand-in for the archive of Docker is made of packages from the mirror'

/** The host's own certificate authority, name server and web server; the product notices nothing of it. */
const SERVED = `
mkdir -p /srv/docker/linux && mv /srv/standin /srv/docker/linux/debian && cd /srv/docker
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -keyout key.pem -out cert.pem \\
  -subj /CN=download.docker.com -addext subjectAltName=DNS:download.docker.com 2>/dev/null
cp cert.pem /usr/local/share/ca-certificates/docker-standin.crt
update-ca-certificates >/dev/null 2>&1
echo '127.0.0.1 download.docker.com' >>/etc/hosts
cat >/srv/serve.py <<'END'
import http.server, ssl
server = http.server.ThreadingHTTPServer(('127.0.0.1', 443), http.server.SimpleHTTPRequestHandler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain('/srv/docker/cert.pem', '/srv/docker/key.pem')
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
END
systemd-run --quiet --unit=docker-standin --working-directory=/srv/docker python3 /srv/serve.py`

const madeArchive = async (): Promise<string> => {
  const { main } = await mirrorsOf()
  const digest = createHash('sha256').update(readFileSync(SCRIPT)).update(main).digest('hex').slice(0, 16)
  const folder = cached(`docker-${digest}`)
  makeCache()
  if (!existsSync(folder)) await must(['sh', SCRIPT, folder, main], TODO)
  return folder
}

/** From now on this host finds, under the name of Docker's archive, packages of the same names. They are not signed. */
export const serveDocker = async (machine: string): Promise<void> => {
  const folder = await madeArchive()
  const pushed = `tar -C "$1" -c . | lxc exec -T "$2" -- sh -c 'mkdir -p /srv/standin && tar -C /srv/standin -x'`
  await must(['sh', '-c', pushed, 'sh', folder, machine], TODO)
  await must(['lxc', 'exec', '-T', machine, '--', 'sh', '-c', SERVED], TODO)
}

/** What a person would do who trusts an archive without a signature: apt's own settings. */
export const TRUST_UNSIGNED = `cat >/etc/apt/apt.conf.d/95standin <<'END'
Acquire::AllowInsecureRepositories "true";
APT::Get::AllowUnauthenticated "true";
END`
