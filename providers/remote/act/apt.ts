/** Between two tries: what the first one said is no more the reason when the second fails. */
export const REFRESHED = 'The lists of packages are missing or old, and are fetched.'

/** Longer waits are the engine's, which says what it waits for. */
const LOCK_SECONDS = 15

/** What is done with packages, for THINGS. */
export const APT = String.raw`
apt() {
  DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l APT_LISTCHANGES_FRONTEND=none apt-get -q -y \
    -o DPkg::Lock::Timeout=${LOCK_SECONDS} -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold \
    --no-install-recommends "$@"
}

packages_torn() { # their files are there in part, and apt calls them installed all the same
  dpkg-query -W -f='${'$'}{db:Status-Eflag} ${'$'}{binary:Package}\n' | sed -n 's/^reinstreq //p'
}
packages_mend() { # finishes what was interrupted: apt does nothing before
  if [ -z "$(dpkg --audit)" ] && [ -z "$(ls /var/lib/dpkg/updates)" ]; then return 0; fi
  echo 'The package manager was interrupted, and finishes what it began.'
  DEBIAN_FRONTEND=noninteractive dpkg --force-confdef --force-confold --configure -a
  set -- $(packages_torn)
  if [ $# -gt 0 ]; then apt --reinstall install -- "$@" || return 1; fi
  apt -f install
}

packages_listed() { [ -n "$(find /var/lib/apt/lists -name '*_Packages*' -print -quit)" ]; }
packages_update() { # the first time without what is only for reading, which is a third of it
  if packages_listed; then apt update; else apt -o Acquire::Languages=none update; fi
}

packages_install() { # HOW PACKAGE...: install, or upgrade, which also takes in all that is newer
  if packages_listed && packages_brought "$@"; then return 0; fi
  echo '${REFRESHED}'
  packages_update
  packages_brought "$@"
}
packages_brought() { # HOW PACKAGE...: also one whose removal was interrupted, which apt still calls installed
  how=$1
  shift
  bringing apt -o APT::Get::Upgrade-Allow-New=true "$how" -- "$@" || return 1
  for p in "$@"; do is_installed "$p" || bringing apt --reinstall install -- "$p" || return 1; done
}
`
