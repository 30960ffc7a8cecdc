#!/bin/sh
# The real tracker, from its crate: build.sh FOLDER MIRROR [option of mmdebstrap...]
# Built in a Debian of its own, so that neither the machine's compiler nor its libraries matter. Cargo's settings on this machine
# (environment, config.toml, certificates) hold there too. Beside the layer FOLDER gets clients/, which bring their libraries along.
set -eu
folder=$1 mirror=$2
shift 2
version=3.0.0

cat >"$folder/inside" <<'END_INSIDE'
set -eu
export CARGO_HOME=/cargo CARGO_HTTP_CAINFO=/etc/ssl/certs/ca-certificates.crt SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
# What is tested is what the tracker does and not how fast: with these it takes six minutes to build, and not ten.
export CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_DEBUG=0 CARGO_PROFILE_RELEASE_STRIP=symbols
clients='udp_tracker_client http_tracker_client tracker_checker'
cargo install --quiet --locked --root /made --target-dir /target --version "$1" torrust-tracker \
  $(printf ' --bin %s' torrust-tracker http_health_check $clients)

mkdir -p /out/clients/lib
for one in $clients; do
  mv "/made/bin/$one" /out/clients/
  ldd "/out/clients/$one" | sed -n 's/.*=> \(\/[^ ]*\).*/\1/p' | xargs -I@ cp -L @ /out/clients/lib/
done
cp -L /lib64/ld-linux-*.so.* /lib/ld-linux-*.so.* /out/clients/lib/ 2>/dev/null || true

# As the crate's Containerfile lays it out.
crate=$(echo /cargo/registry/src/*/"torrust-tracker-$1")
mkdir -p /tree/usr/bin /tree/usr/local/bin /tree/usr/share/torrust/default/database
mkdir -p /tree/var/lib/torrust/tracker /tree/var/log/torrust/tracker /tree/etc/torrust/tracker
mv /made/bin/torrust-tracker /made/bin/http_health_check /tree/usr/bin/
cc -O2 -s "$crate/contrib/dev-tools/su-exec/su-exec.c" -o /tree/usr/bin/su-exec
install -m 555 "$crate/share/container/entry_script_sh" /tree/usr/local/bin/entry.sh
cp -R "$crate/share/." /tree/usr/share/torrust/
: >/tree/usr/share/torrust/default/database/tracker.sqlite3.db
tar -C /tree --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -cf /out/layer.tar .
END_INSIDE

config=${CARGO_HOME:-$HOME/.cargo}/config.toml
[ -e "$config" ] || config=/dev/null
certificates=${CARGO_HTTP_CAINFO:-${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}}

mmdebstrap --variant=apt --include=cargo,gcc,g++,make,cmake,pkg-config,libc6-dev,libssl-dev,zlib1g-dev,ca-certificates \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' "$@" \
  --customize-hook='mkdir -p "$1"/cargo' \
  --customize-hook="upload '$config' /cargo/config.toml" \
  --customize-hook="upload '$certificates' /etc/ssl/certs/ca-certificates.crt" \
  --customize-hook="upload /etc/hosts /etc/hosts" \
  --customize-hook="upload '$folder/inside' /inside" \
  --customize-hook="nice -n 5 chroot \"\$1\" sh /inside $version" \
  --customize-hook="copy-out /out/layer.tar /out/clients '$folder'" \
  trixie /dev/null "deb $mirror trixie main"
rm "$folder/inside"
