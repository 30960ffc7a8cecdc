#!/bin/sh
# The real MySQL, of Debian sid: build.sh FOLDER MIRROR [option of mmdebstrap...]
set -eu
folder=$1 mirror=$2
shift 2
packages=base-files,busybox-static,bash,util-linux,mysql-server-core,mysql-client-core
mmdebstrap --variant=extract --skip=output/dev --include="$packages" --aptopt='Acquire::Check-Valid-Until "false"' "$@" \
  --extract-hook="${0%/*}/finish.sh" sid "$folder/layer.tar" "deb $mirror sid main"
