#!/bin/sh
# From no machine to a hardened one with Docker, as an admin would write it down who knows where the time goes:
#   from-nothing.sh NAME KEY    (on LXD, image debian/13; KEY is a private key, KEY.pub beside it)
# All that `deployer apply` does for a file with these ports: the machine with a host key that is known beforehand, the
# login, no root and no passwords, time zone, first upgrade and upgrades by themselves, ufw with an undo that a new
# connection confirms, Docker's way around ufw closed for both families, Docker and compose with their daemon.json.
# One connection that is kept, one apt transaction for all packages.
set -eu
name=$1 key=$2 user=torrust
work=$(mktemp -d)
trap 'ssh -o ControlPath="$work/s" -O exit "$name" 2>/dev/null; rm -rf "$work"' EXIT

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

kept <<'END' >"$work/log" 2>&1 || { tail -n 20 "$work/log" >&2; exit 1; }
{
export DEBIAN_FRONTEND=noninteractive
cloud-init status --wait
ln -sfn /usr/share/zoneinfo/UTC /etc/localtime && echo UTC >/etc/timezone

mkdir -p /etc/docker
cat >/etc/docker/daemon.json <<'JSON'
{ "experimental": true, "ip6tables": true, "live-restore": true }
JSON
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
