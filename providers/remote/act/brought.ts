import { KEPT } from '../place.js'

/**
 * What comes uninvited: packages that ours need, groups and users that they make, settings of the kernel that their daemons
 * change. It is noted when it comes, and goes with the last of ours.
 */
export const BROUGHT = String.raw`
DAEMONS_SET='net/ipv4/ip_forward net/ipv6/conf/all/forwarding net/ipv6/conf/default/forwarding
net/ipv4/conf/all/accept_redirects net/ipv4/conf/default/accept_redirects net/ipv6/conf/all/accept_redirects net/ipv6/conf/default/accept_redirects
net/ipv4/conf/all/accept_source_route net/ipv4/conf/default/accept_source_route net/ipv6/conf/all/accept_source_route
net/ipv6/conf/default/accept_source_route net/ipv4/icmp_echo_ignore_broadcasts net/ipv4/icmp_ignore_bogus_error_responses'

ENGINES_MAKE='/var/lib/docker /var/lib/containerd /etc/cni'

brought_list() {
  {
    dpkg-query -W -f '${'$'}{db:Status-Status} ${'$'}{Package}\n' | sed -n 's/^installed /package /p'
    sed 's/:.*//; s/^/group /' /etc/group
    sed 's/:.*//; s/^/account /' /etc/passwd
  } | sort -u
}
bringing() { # COMMAND...
  settings_keep
  note=$(mktemp -p ${KEPT}) || return 1
  brought_list >"$note"
  "$@"
  ended=$?
  brought_list | comm -13 "$note" - >>${KEPT}/brought
  rm -f "$note"
  return $ended
}
settings_keep() { # as they were before the first daemon of ours
  if [ -f ${KEPT}/settings ]; then return 0; fi
  for path in $DAEMONS_SET; do
    if [ -r "/proc/sys/$path" ]; then printf '%s %s\n' "$path" "$(cat "/proc/sys/$path")"; fi
  done >${KEPT}/settings.new
  for path in $ENGINES_MAKE; do
    if [ ! -e "$path" ]; then printf 'absent %s\n' "$path"; fi
  done >>${KEPT}/settings.new
  mv ${KEPT}/settings.new ${KEPT}/settings
}
settings_put_back() { # but for what a file of the host says by now
  while read -r path value; do
    if [ "$path" = absent ]; then
      command -v containerd >/dev/null || engine_is_used || rm -rf -- "$value"
      continue
    fi
    if grep -rqsE "^ *$(echo "$path" | sed 's|/|[./]|g') *=" /etc/sysctl.conf /etc/sysctl.d; then continue; fi
    if [ "$(cat "/proc/sys/$path")" != "$value" ]; then echo "$value" >"/proc/sys/$path"; fi
  done <${KEPT}/settings
}

is_held() { [ -f "${KEPT}/ledger/$(printf 'package %s' "$1" | sha256sum | cut -d ' ' -f 1)/entry" ]; }
brought_needless() { # packages that came with ours, and that nothing needs any more
  apt -s -o APT::AutoRemove::RecommendsImportant=false -o APT::AutoRemove::SuggestsImportant=false autoremove 2>/dev/null | sed -n 's/^Remv \([^ :]*\).*/\1/p' | while read -r p; do
    if grep -qxF "package $p" ${KEPT}/brought && ! is_held "$p"; then echo "$p"; fi
  done
}
brought_away() {
  if [ ! -s ${KEPT}/brought ]; then return 0; fi
  for turn in 1 2 3 4; do
    set -- $(brought_needless)
    if [ $# -eq 0 ]; then return 0; fi
    packages_purge "$@" || return 1
  done
}
engine_is_used() { # a volume or a container is somebody's, whoever brought the engine
  for path in /var/lib/docker/volumes/*/ /var/lib/docker/containers/*/ /var/lib/containerd/io.containerd.runtime.v2.task/*/*/; do
    if [ -d "$path" ]; then return 0; fi
  done
  return 1
}
engine_data_stay() { # the distribution's engine takes all of them with it, by a script that its removal copies there
  if ! engine_is_used && grep -qsx 'absent /var/lib/docker' ${KEPT}/settings; then return 0; fi
  rm -f /var/lib/docker/nuke-graph-directory.sh
  if [ -f /usr/share/docker.io/contrib/nuke-graph-directory.sh ]; then chmod a-x /usr/share/docker.io/contrib/nuke-graph-directory.sh; fi
}
packages_purge() { # PACKAGE...
  case " $* " in *' docker.io '*) engine_data_stay || return 1;; esac
  for p in "$@"; do daemons_stop "$p"; done
  apt purge -- "$@"
}
daemons_stop() { # of a package: some go on running when it is purged
  dpkg -L "$1" 2>/dev/null | sed -n 's#.*/systemd/system/\([^/@]*\.\(service\|socket\)\)$#\1#p' | while read -r u; do
    if systemctl is-active -q -- "$u"; then systemctl stop -- "$u"; fi
  done
}
is_of_system() { [ -n "$1" ] && [ "$1" -lt 1000 ]; }

sweep() { # once nobody holds anything here
  if [ -n "$(ls ${KEPT}/ledger 2>/dev/null)" ]; then return 0; fi
  images_away
  if [ -f ${KEPT}/settings ]; then settings_put_back; fi
  if [ -f ${KEPT}/brought ]; then
    sort -u ${KEPT}/brought | while read -r what name; do
      case $what in
        account) if is_of_system "$(id -u -- "$name" 2>/dev/null)"; then userdel -- "$name"; fi;;
        group) if is_of_system "$(getent group "$name" | cut -d : -f 3)"; then groupdel -- "$name"; fi;;
      esac
    done
  fi
  rm -rf ${KEPT}
}
`
