#!/bin/sh
# What programs of ours stand on, after the model of distroless with its busybox: build.sh FOLDER MIRROR [option of mmdebstrap...]
set -eu
folder=$1 mirror=$2
shift 2
packages=base-files,busybox-static,netbase,ca-certificates,libc6,libgcc-s1,libssl3t64,zlib1g
mmdebstrap --variant=extract --skip=output/dev --include="$packages" "$@" \
  --extract-hook="${0%/*}/finish.sh" trixie "$folder/layer.tar" "deb $mirror trixie main"
