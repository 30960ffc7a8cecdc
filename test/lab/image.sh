#!/bin/sh
# The file system of a lab host: image.sh SUITE OUTPUT MIRROR SECURITY-MIRROR [option of mmdebstrap...]
# The caller names the mirrors (the second may be empty): a host installs from where its machine does.
set -eu
suite=$1 output=$2 mirror=$3 security=$4
shift 4

# Without udev networkd stays "pending", and the host never gets an address.
packages=systemd,systemd-sysv,systemd-resolved,udev,dbus,libpam-systemd,openssh-server,sudo,ca-certificates
packages=$packages,iproute2,netbase,procps,curl,python3,cloud-init

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat >"$work/eth0.network" <<'END'
[Match]
Name=eth0

[Network]
DHCP=yes
IPv6AcceptRA=yes
END

# Left to itself, cloud-init would name mirrors of its own, and on Debian 12 fail at a locale that isn't there.
cat >"$work/cloud.cfg" <<'END'
network: {config: disabled}
datasource_list: [NoCloud, None]
apt: {preserve_sources_list: true}
locale: C.UTF-8
END

cat >"$work/sources.list" <<END
deb $mirror $suite main
deb $mirror $suite-updates main
${security:+deb $security $suite-security main}
END

# Modules and binary formats are the machine's business: in a container both services fail.
mmdebstrap --variant=minbase --include="$packages" "$@" \
  --customize-hook="copy-in '$work/eth0.network' /etc/systemd/network" \
  --customize-hook="upload '$work/cloud.cfg' /etc/cloud/cloud.cfg.d/90-lab.cfg" \
  --customize-hook='chroot "$1" systemctl enable systemd-networkd systemd-resolved ssh' \
  --customize-hook='chroot "$1" systemctl mask systemd-modules-load systemd-binfmt' \
  --customize-hook='rm -f "$1"/etc/ssh/ssh_host_*' \
  --customize-hook=': >"$1"/etc/machine-id' \
  --customize-hook='ln -sf ../run/systemd/resolve/stub-resolv.conf "$1"/etc/resolv.conf' \
  "$suite" "$output" "$work/sources.list"
