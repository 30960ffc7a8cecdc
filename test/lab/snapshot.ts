import type { LabHost } from './host.js'

/**
 * What somebody would call the state of a server, a line for each thing. Left out is what changes by itself: apt's and systemd's own
 * lists, logs and caches, counters, and copies that shadow keeps of its files (`/etc/passwd-`).
 */
const SCRIPT = String.raw`export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
each() { sed "s|^|$1 |"; }
dpkg-query -W -f '${'$'}{db:Status-Abbrev} ${'$'}{Package} ${'$'}{Version}\n' | each package
apt-mark showmanual | sort | each manual
cd /etc
find . -type f ! -name '*-' ! -path ./ld.so.cache ! -path './ssl/certs/*' -exec stat -c '%n %a %U:%G' {} + | sort | each owned
find . -type f ! -name '*-' ! -path ./ld.so.cache ! -path './ssl/certs/*' -exec sha256sum {} + | sort -k 2 | cut -c 1-16,65- | each file
find . -type d -exec stat -c '%n %a %U:%G' {} + | sort | each folder
find . -type l ! -path './ssl/certs/*' -printf '%p -> %l\n' | sort | each link
for d in /home /root /opt /srv /usr/local /var/lib /var/spool/cron; do find $d -maxdepth 2 -mindepth 1 ! -path '/var/lib/apt/*' ! -path '/var/lib/dpkg/*' ! -path '/var/lib/systemd/*' ! -path '/var/lib/cloud/*' ! -path '/var/lib/private/*' ! -path '/var/lib/ucf/*' ! -path '/root/.*'; done | sort | each there
find /home -name authorized_keys -exec sha256sum {} + | each key
ls -d /var/lib/deployer /var/lib/deployer/* 2>/dev/null | each trace
{ cat /etc/passwd; cat /etc/shadow | cut -d: -f 1,2; } | each user
sort /etc/group | each group
sysctl -a 2>/dev/null | grep -E '^net\.(core\.(r|w|net|som|opt)|ipv4\.(ip_|tcp_[a-z]*mem|tcp_syn)|ipv[46]\.conf\.(all|default)\.|netfilter\.nf_conntrack_max)' | each sysctl
if command -v ufw >/dev/null; then ufw status verbose | each ufw; ufw show added | each ufw; fi
for t in iptables ip6tables; do
  if ! command -v $t >/dev/null; then continue; fi
  $t-save -t filter 2>/dev/null | grep -e '^:' -e '^-A' | sed 's/ \[[0-9:]*\]$//' | each $t
  $t-save -t nat 2>/dev/null | grep '^-A' | each "$t nat"
done
ip -o link | sed 's/^[0-9]*: \([^:@]*\).*/\1/' | grep -v veth | each nic
mkdir -p /run/sshd; sshd -T | sort | each sshd
ss -Hltun | awk '{print $1, $5}' | grep -v '127.0.0.1:[34][0-9]*$' | sort | each listens
systemctl list-unit-files --no-legend --no-pager --plain | awk '{print $1, $2}' | grep -v -e transient -e generated | sort | each enabled
systemctl list-units --no-legend --no-pager --plain --state=running,listening | awk '{print $1}' | grep -v -e '^user' -e '^run-' -e '^session' -e '^systemd-' -e '^apt-' -e '^dev-mqueue' | sort | each active
uname -n | each hostname
readlink /etc/localtime | each zone
if command -v docker >/dev/null; then docker info -f '{{json .LiveRestoreEnabled}} {{.LoggingDriver}} {{.RegistryConfig.Mirrors}}' 2>/dev/null | each engine; docker ps -a --format '{{.Names}} {{.State}}' 2>/dev/null | each container; docker network ls --format '{{.Name}}' 2>/dev/null | each network; docker images --digests --format '{{.Repository}}:{{.Tag}} {{.Digest}}' 2>/dev/null | each image; docker volume ls -q 2>/dev/null | each volume; fi
`

export const snapshotOf = async (host: LabHost): Promise<ReadonlyArray<string>> => {
  const { stdout } = await host.exec(['sh', '-s'], { input: SCRIPT, seconds: 30 })
  return stdout.split('\n').filter(line => line !== '')
}

/** Lines that went, with `-`, and that came, with `+`. */
export const changesIn = (before: ReadonlyArray<string>, after: ReadonlyArray<string>): ReadonlyArray<string> => {
  const [then, now] = [new Set(before), new Set(after)]
  return [
    ...before.filter(line => !now.has(line)).map(line => `- ${line}`),
    ...after.filter(line => !then.has(line)).map(line => `+ ${line}`),
  ]
}
