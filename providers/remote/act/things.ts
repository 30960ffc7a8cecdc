import { KEPT } from '../place.js'

/**
 * What a host can say of a thing (`present`), keep of it (`keep`), put back (`put_back`) and take away (`take_away`), each as
 * `function WHAT ID [FOLDER]`. Undos run these too, without us.
 */
export const THINGS = String.raw`
is_installed() { [ "$(dpkg-query -W -f='${'$'}{db:Status-Status}' -- "$1" 2>/dev/null)" = installed ]; }
sysctl_path() { printf '/proc/sys/%s' "$1" | tr './' '/.' | sed 's|^.proc.sys.|/proc/sys/|'; }
home_of() { getent passwd "$1" | cut -d: -f6; }
can_sudo() { [ "$1" = root ] || LC_ALL=C sudo -n -l -U "$1" 2>/dev/null | grep -q 'NOPASSWD: ALL$'; }

replace() { # SOURCE PATH: what is read at PATH is the old file or the new one, never half of it
  mv -f -- "$1" "$2" && case $2 in /etc/systemd/system/*) systemctl daemon-reload;; esac
}

rule_words() { # ACTION PORT/PROTO [from SOURCE]
  action=$1 port=${'$'}{2%/*} proto=${'$'}{2#*/} source=any
  if [ "${'$'}{3:-}" = from ]; then source=$4; fi
}
rule_line() { # FILE ALL
  t="### tuple ### $action $proto $port $2 any $3 in"
  grep -F -- "$t" "$1" 2>/dev/null | while IFS= read -r l; do
    case $l in "$t"|"$t comment="*) printf '%s\n' "$l"; break;; esac
  done
}
rule_lines() {
  case $source in
    any) rule_line /etc/ufw/user.rules 0.0.0.0/0 0.0.0.0/0; rule_line /etc/ufw/user6.rules ::/0 ::/0;;
    *:*) rule_line /etc/ufw/user6.rules ::/0 "$source";;
    *) rule_line /etc/ufw/user.rules 0.0.0.0/0 "$source";;
  esac
}
rule_is_there() {
  rule_words $1
  n=$(rule_lines | wc -l)
  if [ "$source" = any ]; then [ "$n" -eq 2 ]; else [ "$n" -eq 1 ]; fi
}
rule_add() { # RULE COMMENT
  rule_words $1
  if [ -n "$2" ]; then ufw "$action" proto "$proto" from "$source" to any port "$port" comment "$2"
  else ufw "$action" proto "$proto" from "$source" to any port "$port"; fi
}
rule_remove() {
  command -v ufw >/dev/null || return 0
  rule_words $1
  [ -n "$(rule_lines)" ] || return 0
  ufw delete "$action" proto "$proto" from "$source" to any port "$port"
}

firewall_off() { # POLICY of forwarding: ufw would leave it open
  ufw --force disable || return 1
  policy=$1
  if systemctl is-active -q docker.service; then policy=DROP; fi
  iptables -w 5 -P FORWARD "$policy" && ip6tables -w 5 -P FORWARD "$policy"
}
forward_policy() { iptables -w 5 -S FORWARD 2>/dev/null | sed -n 's/^-P FORWARD //p'; }

chain_remove() {
  systemctl disable -q --now "deployer-chain-$1.service" 2>/dev/null
  for t in iptables ip6tables; do
    command -v $t >/dev/null || continue
    $t -w 5 -D DOCKER-USER -j "$1" 2>/dev/null
    $t -w 5 -F "$1" 2>/dev/null && $t -w 5 -X "$1"
  done
  rm -f "/etc/systemd/system/deployer-chain-$1.service" "${KEPT}/chain/$1"
  systemctl daemon-reload
}

sshd_listens() { ss -Hltnp | sed -n 's/^LISTEN *[0-9]* *[0-9]* *[^ ]*:\([0-9]*\) .*"\(sshd\|systemd\)".*/\1/p' | sort -un | tr '\n' ' '; }
sshd_load() {
  mkdir -p -m 0755 /run/sshd
  /usr/sbin/sshd -t || return 1
  if systemctl is-enabled -q ssh.socket 2>/dev/null; then systemctl daemon-reload && systemctl restart ssh.socket; fi
  systemctl reload-or-restart ssh.service
}

engine_answers() { systemctl is-active -q docker.service && [ -S /run/docker.sock ] && timeout 20 docker --host unix:///run/docker.sock info >/dev/null 2>&1; }
engine_load() {
  systemctl reload docker.service 2>/dev/null
  sleep 0.2
  systemctl reset-failed docker.service docker.socket 2>/dev/null
  systemctl restart docker.service || return 1
  for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    if engine_answers; then return 0; fi
    sleep 0.5
  done
  return 1
}

apt() {
  DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l APT_LISTCHANGES_FRONTEND=none apt-get -q -y \
    -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@"
}

unit_state() { printf '%s %s\n' "$(systemctl is-active -- "$1")" "$(systemctl is-enabled -- "$1" 2>/dev/null)"; }

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
    setting) if [ "$2" = hostname ]; then uname -n >"$3/value"; else readlink /etc/localtime >"$3/value" || : >"$3/value"; fi;;
    firewall) cp -a /etc/ufw/ufw.conf /etc/default/ufw "$3/" && forward_policy >"$3/forward";;
    rule) rule_words $2; rule_lines | sed -n '1s/.* comment=//p' >"$3/comment";;
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
      if [ "$2" = hostname ]; then hostnamectl set-hostname -- "$(cat "$3/value")"
      elif [ -s "$3/value" ]; then ln -sfn "$(cat "$3/value")" /etc/localtime; else rm -f /etc/localtime; fi;;
    sshd) sshd_load;;
    firewall)
      if ! command -v ufw >/dev/null; then return 0; fi
      cp -a "$3/ufw" /etc/default/ufw
      if grep -q '^ENABLED=yes' "$3/ufw.conf"; then ufw --force enable && ufw reload; else firewall_off "$(cat "$3/forward")"; fi;;
    rule)
      command -v ufw >/dev/null || return 0
      rule_add "$2" "$(sed 's/../\\x&/g' "$3/comment" | while IFS= read -r c; do /usr/bin/printf "$c"; done)";;
    engine) if [ -S /run/docker.sock ]; then engine_load; fi;;
    *) true;;
  esac
}

take_away() {
  case $1 in
    file|cron|dir)
      case $2 in /|/etc|/usr|/var|/home|/root) return 1;; esac
      rm -rf -- "$2" && case $2 in /etc/systemd/system/*) systemctl daemon-reload;; esac;;
    package) if is_installed "$2"; then apt purge -- "$2"; fi;;
    unit) if present unit "$2"; then systemctl disable -q --now -- "$2"; fi;;
    user) if getent passwd "$2" >/dev/null; then userdel -r -f -- "$2" 2>/dev/null; rm -f "/etc/sudoers.d/90-deployer-$2"; fi;;
    member) if present member "$2"; then gpasswd -d "${'$'}{2%/*}" "${'$'}{2#*/}"; fi;;
    rule) rule_remove "$2";;
    chain) chain_remove "$2";;
    firewall) if command -v ufw >/dev/null; then firewall_off ACCEPT; fi;;
    *) true;;
  esac
}

undo_disarm() {
  systemctl disable -q --now "deployer-undo-$1.timer" 2>/dev/null
  rm -rf "/etc/systemd/system/deployer-undo-$1.timer" "/etc/systemd/system/deployer-undo-$1.service" "${KEPT}/undo/$1"
  systemctl daemon-reload
}
`
