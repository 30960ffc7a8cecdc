#!/bin/sh
# A stand-in for Docker's own archive, where that can't be reached: docker-archive.sh FOLDER MIRROR
# The same layout and names of packages, made of Debian sid's files, which run on Debian 12. Unsigned, as nobody has Docker's key.
set -eu
folder=$1 mirror=$2
arch=$(dpkg --print-architecture)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

mkdir -p state/lists/partial cache/archives/partial
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror sid main" >sources.list
sid() {
  apt-get -qq -o Dir::State="$work/state" -o Dir::Cache="$work/cache" -o Dir::Etc::SourceList="$work/sources.list" \
    -o Dir::Etc::SourceParts=/dev/null -o Acquire::Check-Valid-Until=false -o Acquire::Languages=none -o APT::Sandbox::User=root \
    -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false "$@"
}
sid update
sid download docker.io docker-cli containerd docker-compose
apt-get -qq -o APT::Sandbox::User=root download runc

pool=$folder.half/dists/bookworm/pool/stable/$arch
index=$folder.half/dists/bookworm/stable/binary-$arch
rm -rf "$folder.half"
mkdir -p "$pool" "$index"
: >"$index/Packages"

made() { # NAME VERSION DEPENDS: of what lies in the folder of its name
  mkdir -p "$1/DEBIAN"
  rm -rf "$1/usr/share/doc" "$1/usr/share/man" "$1/usr/share/lintian" "$1/etc"
  printf 'Package: %s\nVersion: %s\nArchitecture: %s\nMaintainer: lab\nDepends: %s\nDescription: stand-in\n' "$1" "$2" "$arch" "$3" >"$1/DEBIAN/control"
  dpkg-deb -Zgzip -z1 --root-owner-group -b "$1" "$pool/$1.deb" >/dev/null
  cat "$1/DEBIAN/control" >>"$index/Packages"
  printf 'Filename: dists/bookworm/pool/stable/%s/%s.deb\nSize: %s\nSHA256: %s\n\n' "$arch" "$1" \
    "$(stat -c %s "$pool/$1.deb")" "$(sha256sum <"$pool/$1.deb" | cut -d' ' -f1)" >>"$index/Packages"
}

dpkg-deb -x docker.io_*.deb docker-ce
dpkg-deb -x docker-cli_*.deb docker-ce-cli
dpkg-deb -x docker-compose_*.deb docker-compose-plugin
dpkg-deb -x containerd_*.deb containerd.io
dpkg-deb -x runc_*.deb containerd.io
# As the real ones do: enabled and started when installed, restarted when upgraded.
for one in docker-ce:docker.service containerd.io:containerd.service; do
  mkdir -p "${one%:*}/DEBIAN"
  cat >"${one%:*}/DEBIAN/postinst" <<END
#!/bin/sh
getent group docker >/dev/null || groupadd --system docker
systemctl daemon-reload
systemctl enable -q ${one#*:}
systemctl restart ${one#*:} || true
END
  printf '#!/bin/sh\nif [ "$1" = remove ]; then systemctl disable -q --now %s; fi\n' "${one#*:}" >"${one%:*}/DEBIAN/prerm"
  chmod 755 "${one%:*}/DEBIAN/postinst" "${one%:*}/DEBIAN/prerm"
done
made containerd.io 2.1.9-1 libseccomp2
made docker-ce-cli 5:28.5.2-1~debian.12~bookworm libc6
made docker-compose-plugin 2.40.3-1~debian.12~bookworm libc6
made docker-ce 5:28.5.2-1~debian.12~bookworm 'containerd.io, docker-ce-cli, iptables, libsystemd0'

cat >"$folder.half/dists/bookworm/Release" <<END
Origin: Docker
Label: Docker CE
Suite: bookworm
Codename: bookworm
Date: $(LC_ALL=C date -Ru)
Architectures: $arch
Components: stable
SHA256:
 $(sha256sum <"$index/Packages" | cut -d' ' -f1) $(stat -c %s "$index/Packages") stable/binary-$arch/Packages
END
mv "$folder.half" "$folder"
