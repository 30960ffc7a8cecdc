#!/bin/sh
# From no machine to a hardened one with Docker, as an admin would write it down who knows where the time goes:
#   from-nothing.sh NAME KEY [DATABASE MIRROR]    (on LXD, image debian/13; KEY is a private key, KEY.pub beside it)
# All that `deployer apply` does for a file with these ports: the machine with a host key that is known beforehand, the
# login, no root and no passwords, time zone, first upgrade and upgrades by themselves, ufw with an undo that a new
# connection confirms, Docker's way around ufw closed for both families, Docker and compose with their daemon.json.
# One connection that is kept, one apt transaction for all packages. With DATABASE, sqlite or mysql, also the tracker, out of
# the registry MIRROR, until it answers an announce over UDP.
set -eu
name=$1 key=$2 database=${3:-} mirror=${4:-} user=torrust
work=$(mktemp -d)
trap 'ssh -o ControlPath="$work/s" -O exit "$name" 2>/dev/null || :; rm -rf "$work"' EXIT

ssh-keygen -q -t ed25519 -N '' -C '' -f "$work/host"
cat >"$work/user-data" <<END
#cloud-config
hostname: $name
users:
  - name: $user
    groups: [sudo]
    shell: /bin/bash
    sudo: ["ALL=(ALL) NOPASSWD:ALL"]
    ssh_authorized_keys: ["$(cat "$key.pub")"]
disable_root: true
ssh_pwauth: false
ssh_keys:
  ed25519_public: $(cat "$work/host.pub")
  ed25519_private: |
$(sed 's/^/    /' "$work/host")
write_files:
  - path: /etc/ssh/sshd_config.d/00-hardening.conf
    permissions: "0644"
    content: |
      PasswordAuthentication no
      KbdInteractiveAuthentication no
      PermitRootLogin no
runcmd:
  - systemctl try-restart ssh.service
END
lxc launch -q debian/13 "$name" -c limits.cpu=2 -c limits.memory=2GiB -c user.user-data="$(cat "$work/user-data")"

address=
while [ -z "$address" ]; do
  sleep 0.1
  address=$(lxc list "^$name\$" -f csv -c 4 | sed -n 's/^"*\([0-9.]*\) (eth0).*/\1/p')
done
printf '%s %s\n' "$name" "$(cat "$work/host.pub")" >"$work/known"
on_host() { # SCRIPT ON STANDARD INPUT [option of ssh...]
  ssh -q -T -i "$key" -l "$user" -o BatchMode=yes -o HostKeyAlias="$name" -o UserKnownHostsFile="$work/known" \
    -o ConnectTimeout=10 "$@" "$address" 'exec sudo -n sh -es'
}
kept() { on_host -o ControlMaster=auto -o ControlPersist=60 -o ControlPath="$work/s" "$@"; }
until echo true | kept; do sleep 0.1; done

{ echo "mirror=$mirror"; cat <<'END'; } >"$work/script"
{
export DEBIAN_FRONTEND=noninteractive
cloud-init status --wait
ln -sfn /usr/share/zoneinfo/UTC /etc/localtime && echo UTC >/etc/timezone

mkdir -p /etc/docker
cat >/etc/docker/daemon.json <<'JSON'
{ "experimental": true, "ip6tables": true, "live-restore": true, "registry-mirrors": [MIRRORS] }
JSON
sed -i "s|MIRRORS|${mirror:+\"$mirror\"}|" /etc/docker/daemon.json
cat >/etc/apt/apt.conf.d/60-upgrades <<'CONF'
APT::Periodic::Update-Package-Lists "1";
APT::Periodic::Unattended-Upgrade "1";
#clear Unattended-Upgrade::Allowed-Origins;
#clear Unattended-Upgrade::Origins-Pattern;
Unattended-Upgrade::Origins-Pattern { "origin=Debian,codename=${distro_codename}-security,label=Debian-Security"; };
Unattended-Upgrade::Automatic-Reboot "true";
Unattended-Upgrade::Automatic-Reboot-Time "02:00";
CONF
get="apt-get -q -y -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0"
$get update
$get upgrade
$get install --no-install-recommends unattended-upgrades ufw docker.io docker-cli docker-compose

for port in 22/tcp 6969/udp 7070/tcp; do ufw allow $port; done
cat >/etc/systemd/system/undo.service <<'UNIT'
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'ufw --force disable; iptables -w 5 -P FORWARD DROP; ip6tables -w 5 -P FORWARD DROP; systemctl disable undo.timer'
UNIT
cat >/etc/systemd/system/undo.timer <<'UNIT'
[Timer]
OnActiveSec=60
[Install]
WantedBy=timers.target
UNIT
systemctl daemon-reload
systemctl enable -q --now undo.timer
ufw default deny incoming
ufw default allow outgoing
ufw default deny routed
ufw --force enable
}
END
kept <"$work/script" >"$work/log" 2>&1 || { tail -n 20 "$work/log" >&2; exit 1; }

echo true | on_host -o ControlPath=none

kept <<'END' >"$work/log" 2>&1 || { tail -n 20 "$work/log" >&2; exit 1; }
{
systemctl disable -q --now undo.timer
rm /etc/systemd/system/undo.timer /etc/systemd/system/undo.service

cat >/usr/local/sbin/limits <<'RULES'
for tables in iptables ip6tables; do
  $tables -w 5 -N DOCKER-USER 2>/dev/null
  printf '%s\n' '*filter' ':LIMITS - [0:0]' \
    '-A LIMITS ! -i dp+ -o dp+ -m conntrack --ctstate NEW -m conntrack ! --ctstate DNAT -j DROP' COMMIT |
    $tables-restore -w 5 --noflush
  $tables -w 5 -C DOCKER-USER -j LIMITS 2>/dev/null || $tables -w 5 -I DOCKER-USER -j LIMITS
done
RULES
cat >/etc/systemd/system/limits.service <<'UNIT'
[Unit]
After=docker.service ufw.service
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh /usr/local/sbin/limits
[Install]
WantedBy=multi-user.target
UNIT
systemctl daemon-reload
systemctl enable -q --now limits.service docker.service
usermod -aG docker torrust
for i in 1 2 3 4 5 6 7 8 9 10; do docker info >/dev/null 2>&1 && break; sleep 0.5; done
docker info >/dev/null
docker compose version >/dev/null
}
END

[ -n "$database" ] || exit 0
random() { head -c 24 /dev/urandom | base64 | tr -d '/+='; }
{ echo "database=$database token=$(random) password=$(random) root=$(random)"; cat <<'END'; } >"$work/script"
{
umask 027
driver=$(echo $database | sed s/sqlite/sqlite3/)
cd /opt && mkdir -p torrust/storage/tracker/etc torrust/storage/tracker/lib/database torrust/storage/tracker/log && cd torrust
chown -R 10001:10001 storage/tracker
cat >storage/tracker/etc/tracker.toml <<TOML
[metadata]
app = "torrust-tracker"
purpose = "configuration"
schema_version = "2.0.0"
[logging]
threshold = "info"
[core]
listed = false
private = false
[core.database]
driver = "$driver"
path = "/var/lib/torrust/tracker/database/tracker.db"
[[udp_trackers]]
bind_address = "0.0.0.0:6969"
[[udp_trackers]]
bind_address = "[::]:6969"
[[http_trackers]]
bind_address = "0.0.0.0:7070"
[[http_trackers]]
bind_address = "[::]:7070"
[http_api]
bind_address = "0.0.0.0:1212"
[health_check_api]
bind_address = "0.0.0.0:1313"
TOML
chown 10001:10001 storage/tracker/etc/tracker.toml
umask 077
{
  echo TORRUST_TRACKER_CONFIG_TOML_PATH=/etc/torrust/tracker/tracker.toml
  echo TORRUST_TRACKER_CONFIG_OVERRIDE_CORE__DATABASE__DRIVER=$driver # over the image's own word for it
  echo "TORRUST_TRACKER_CONFIG_OVERRIDE_HTTP_API__ACCESS_TOKENS__ADMIN=$token"
  [ $database = sqlite ] || echo "TORRUST_TRACKER_CONFIG_OVERRIDE_CORE__DATABASE__PATH=mysql://tracker:$password@mysql:3306/tracker"
} >tracker.env
cat >docker-compose.yml <<'YAML'
x-service: &service
  restart: unless-stopped
  read_only: true
  security_opt: ["no-new-privileges:true"]
  cap_drop: [ALL]
  logging: { driver: json-file, options: { max-size: 10m, max-file: "10" } }
services:
  tracker:
    <<: *service
    image: torrust/tracker:v3.0.0
    user: "10001:10001"
    entrypoint: ["/usr/bin/torrust-tracker"]
    tmpfs: [/tmp]
    stop_signal: SIGINT
    sysctls: { net.ipv6.bindv6only: 1 }
    env_file: [tracker.env]
    networks: [NETWORKS]
    ports: ["6969:6969/udp", "7070:7070", "127.0.0.1:1212:1212", "127.0.0.1:1313:1313"]
    volumes:
      - ./storage/tracker/lib:/var/lib/torrust/tracker
      - ./storage/tracker/log:/var/log/torrust/tracker
      - ./storage/tracker/etc:/etc/torrust/tracker:ro
YAML
if [ $database = mysql ]; then
  { echo "MYSQL_ROOT_PASSWORD=$root"; echo MYSQL_DATABASE=tracker; echo MYSQL_USER=tracker; echo "MYSQL_PASSWORD=$password"; } >mysql.env
  mkdir -p storage/mysql && chown 999:999 storage/mysql
  cat >>docker-compose.yml <<'YAML'
    depends_on: { mysql: { condition: service_healthy } }
  mysql:
    <<: *service
    image: mysql:8.4
    user: "999:999"
    tmpfs: [/tmp, "/var/run/mysqld:uid=999,gid=999", "/var/lib/mysql-files:uid=999,gid=999"]
    env_file: [mysql.env]
    networks: [database]
    volumes: ["./storage/mysql:/var/lib/mysql"]
    healthcheck:
      test: ["CMD-SHELL", 'mysql -h 127.0.0.1 -u tracker -p"$$MYSQL_PASSWORD" -e "select 1" tracker']
      interval: 500ms
      retries: 240
YAML
fi
networks="proxy metrics $([ $database = sqlite ] || echo database)"
sed -i "s/NETWORKS/$(echo $networks | tr ' ' ,)/" docker-compose.yml
echo networks: >>docker-compose.yml
for network in $networks; do
  echo "  $network: { internal: $([ $network = proxy ] && echo false || echo true), enable_ipv6: true, driver_opts: { com.docker.network.bridge.name: dp-$network }, ipam: { config: [{ subnet: \"fd5e:ed:${#network}::/64\" }] } }"
done >>docker-compose.yml
docker compose pull -q
docker compose up -d
}
END
kept <"$work/script" >"$work/log" 2>&1 || { tail -n 40 "$work/log" >&2; exit 1; }

node -e '
const socket = require("dgram").createSocket("udp4")
const send = parts => socket.send(Buffer.from(parts.join(""), "hex"), 6969, process.argv[1])
const connect = () => send(["0000041727101980", "00000000", "00000007"])
const announce = id => send([id, "00000001", "00000007", "ab".repeat(20), "cd".repeat(20), "00".repeat(24), "00000002", "00000000", "00000007", "ffffffff", "1ae1"])
socket.on("message", answer => (answer.readUInt32BE(0) === 1 ? process.exit(0) : announce(answer.toString("hex", 8, 16))))
connect()
setInterval(connect, 200)
setTimeout(() => process.exit(1), 60000)' "$address" || { echo 'no announce was answered' >&2; exit 1; }
