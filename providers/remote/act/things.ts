import { APT } from './apt.js'
import { BROUGHT } from './brought.js'
import { CHAIN } from './chain.js'
import { CONTAINERS } from './containers.js'
import { DATABASE } from './sql.js'
import { SSHD } from './sshd.js'
import { UFW } from './ufw.js'
import { UNDO } from './undo.js'

/**
 * What a host can say of a thing (`present`), keep of it (`keep`), put back (`put_back`) and take away (`take_away`), each as
 * `function WHAT ID [FOLDER]`. Undos run these too, without us.
 */
export const THINGS = String.raw`
package_status() { dpkg-query -W -f='${'$'}{db:Status-Status}' -- "$1" 2>/dev/null; }
is_installed() { [ "$(package_status "$1")" = installed ]; }
has_files() { case $(package_status "$1") in ''|not-installed|config-files) false;; esac; } # of its own, which one that is torn has, too
sysctl_path() { printf '/proc/sys/%s' "$1" | tr './' '/.' | sed 's|^.proc.sys.|/proc/sys/|'; }
home_of() { getent passwd "$1" | cut -d: -f6; }
can_sudo() { [ "$1" = root ] || LC_ALL=C sudo -n -l -U "$1" 2>/dev/null | grep -q 'NOPASSWD: ALL$'; }

replace() { # SOURCE PATH: what is read at PATH is the old file or the new one, never half of it
  mv -fT -- "$1" "$2" && case $2 in /etc/systemd/system/*) systemctl daemon-reload;; esac
}

${UFW}${SSHD}${CHAIN}
host_named() { # NAME: and it is found on the host itself, or sudo complains
  was=$(uname -n)
  hostnamectl set-hostname -- "$1" || return 1
  if getent -s files hosts "$1" >/dev/null; then return 0; fi
  fresh=/etc/hosts.deployer-new
  cp -p /etc/hosts $fresh || return 1
  awk -v was="$was" -v now="$1" '
    $1 == "127.0.1.1" && !done { done = 1; for (i = 2; i <= NF && $i != was; i++); $(i <= NF ? i : NF + 1) = now }
    { print }
    END { if (!done) print "127.0.1.1 " now }' /etc/hosts >$fresh && mv -f $fresh /etc/hosts
}

engine_answers() { systemctl is-active -q docker.service && [ -S /run/docker.sock ] && timeout 20 docker --host unix:///run/docker.sock info >/dev/null 2>&1; }
engine_unstray() { # one that outlived its unit keeps every other from starting
  systemctl stop docker.socket docker.service
  systemctl kill -s KILL docker.service 2>/dev/null || return 1
  sleep 0.5
  systemctl reset-failed docker.service docker.socket 2>/dev/null
  unit_try restart docker.service
}
engine_load() {
  systemctl reload docker.service 2>/dev/null
  sleep 0.2
  systemctl reset-failed docker.service docker.socket 2>/dev/null
  unit_try restart docker.service || engine_unstray || return 1
  for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    if engine_answers; then return 0; fi
    sleep 0.5
  done
  return 1
}

${APT}${BROUGHT}${DATABASE}${CONTAINERS}
unit_try() { # VERB UNIT: and what it says itself when it fails
  systemctl "$1" -- "$2" && return 0
  journalctl -q -n 3 --no-pager -o cat "_SYSTEMD_UNIT=$2"
  false
}
unit_unmask() { # also what it cannot run without, which a masked one does not tell
  for turn in 1 2; do
    for u in "$1" $(systemctl show -p Requires --value -- "$1"); do
      case $(systemctl is-enabled -- "$u" 2>/dev/null) in masked*) systemctl unmask -q -- "$u" && systemctl unmask -q --runtime -- "$u";; esac
    done
  done
}
unit_state() { printf '%s %s\n' "$(systemctl is-active -- "$1")" "$(systemctl is-enabled -- "$1" 2>/dev/null)"; }

had() { # before anything of ours: ufw has one place for a rule and its opposite
  case $1 in rule) command -v ufw >/dev/null && rule_had "$2";; image) image_had "$2";; *) present "$@";; esac
}

present() {
  case $1 in
    file|cron) [ -f "$2" ];;
    dir) [ -d "$2" ];;
    package) is_installed "$2";;
    unit) [ "$(systemctl show -p LoadState --value -- "$2")" != not-found ];;
    user) getent passwd "$2" >/dev/null;;
    member) case " $(id -nG -- "${'$'}{2%/*}" 2>/dev/null) " in *" ${'$'}{2#*/} "*) ;; *) false;; esac;;
    sysctl) [ -e "$(sysctl_path "$2")" ];;
    setting) true;;
    sshd) [ -x /usr/sbin/sshd ];;
    firewall) command -v ufw >/dev/null;;
    rule) command -v ufw >/dev/null && rule_is_there "$2";;
    chain) command -v iptables >/dev/null && iptables -w 5 -S "$2" >/dev/null 2>&1;;
    engine) engine_answers;;
    account) account_there "$2";;
    container) engine_there && [ -n "$(containers_of "$2")" ];;
    network) engine_there && docker network inspect "$2" >/dev/null 2>&1;;
    image) engine_there && docker image inspect "$2" >/dev/null 2>&1;;
    *) false;;
  esac
}

keep() {
  mkdir -p "$3" || return 1
  case $1 in
    file|cron) cp -a -- "$2" "$3/file";;
    dir) stat -c '%a %U:%G' -- "$2" >"$3/owned";;
    unit) unit_state "$2" >"$3/state";;
    user)
      getent passwd "$2" | cut -d: -f7 >"$3/shell"
      if [ -f "$(home_of "$2")/.ssh/authorized_keys" ]; then cp -a -- "$(home_of "$2")/.ssh/authorized_keys" "$3/keys"; fi
      if can_sudo "$2"; then : >"$3/sudo"; fi;;
    sysctl) cat "$(sysctl_path "$2")" >"$3/value";;
    setting) if [ "$2" = hostname ]; then uname -n >"$3/value"; else
        readlink /etc/localtime >"$3/value" || : >"$3/value"
        if [ -f /etc/timezone ]; then cp -a /etc/timezone "$3/name"; fi
      fi;;
    firewall) firewall_keep "$3";;
    rule) rule_keep "$2" "$3";;
  esac
}

put_back() {
  case $1 in
    file|cron) cp -a -- "$3/file" "$2.deployer-new" && replace "$2.deployer-new" "$2";;
    dir) read -r mode owner <"$3/owned" && mkdir -p -- "$2" && chmod "$mode" -- "$2" && chown "$owner" -- "$2";;
    unit)
      read -r active enabled <"$3/state"
      case $enabled in enabled) systemctl enable -q -- "$2";; disabled) systemctl disable -q -- "$2";; esac
      case $active in active) systemctl start -- "$2";; *) systemctl stop -- "$2";; esac;;
    user)
      getent passwd "$2" >/dev/null || useradd -m -K HOME_MODE=0700 -s "$(cat "$3/shell")" -- "$2" || return 1
      usermod -s "$(cat "$3/shell")" -- "$2"
      if [ -f "$3/keys" ]; then cp -a -- "$3/keys" "$(home_of "$2")/.ssh/authorized_keys"; fi
      if [ ! -f "$3/sudo" ]; then rm -f "/etc/sudoers.d/90-deployer-$2"; fi;;
    member) usermod -aG "${'$'}{2#*/}" -- "${'$'}{2%/*}";;
    sysctl) cat "$3/value" >"$(sysctl_path "$2")";;
    setting)
      if [ "$2" = hostname ]; then host_named "$(cat "$3/value")"
      else
        if [ -s "$3/value" ]; then ln -sfn "$(cat "$3/value")" /etc/localtime; else rm -f /etc/localtime; fi
        if [ -f "$3/name" ]; then cp -a "$3/name" /etc/timezone; else rm -f /etc/timezone; fi
      fi;;
    sshd) sshd_load;;
    firewall) firewall_put_back "$3";;
    rule) rule_put_back "$2" "$3";;
    engine) # one that minds IPv6 no more leaves the chains of it; one that does makes them again
      if [ -S /run/docker.sock ]; then
        docker_chains_remove ip6tables
        engine_load
      fi;;
    *) true;;
  esac
}

take_away() {
  case $1 in
    file|cron|dir)
      case $2 in /|/etc|/usr|/var|/home|/root) return 1;; esac
      rm -rf -- "$2" && case $2 in /etc/systemd/system/*) systemctl daemon-reload;; esac;;
    package) if has_files "$2"; then packages_purge "$2" && case $2 in docker.io|docker-ce) docker_forget;; esac; fi;;
    unit) if present unit "$2"; then systemctl disable -q --now -- "$2"; fi;;
    user) if getent passwd "$2" >/dev/null; then userdel -r -f -- "$2" 2>/dev/null; rm -f "/etc/sudoers.d/90-deployer-$2"; fi;;
    member) if present member "$2"; then gpasswd -d "${'$'}{2%/*}" "${'$'}{2#*/}"; fi;;
    rule) rule_remove "$2";;
    chain) chain_remove "$2";;
    firewall) if command -v ufw >/dev/null; then firewall_off /dev/null; fi;;
    account) account_drop "$2";;
    container) container_away "$2";;
    network) network_away "$2";;
    image) image_away "$2";;
    *) true;;
  esac
}

${UNDO}`
