import { KEPT } from '../place.js'

/** None begins by this: it would begin with a SYN. */
const EARLIER = '-p tcp ! --syn -m conntrack --ctstate NEW -j ACCEPT'
/** Longer than a client of the package manager waits for a server. */
const EARLIER_SECONDS = 150
const EARLIER_UNIT = 'deployer-earlier'

/**
 * Rules as ufw's own files hold them. ufw takes the first rule that fits, and has one place for what differs only in being
 * allowed or refused: adding one replaces the other there.
 */
export const UFW = String.raw`
rule_words() { # ACTION PORT/PROTO [from SOURCE]
  action=$1 port=${'$'}{2%/*} proto=${'$'}{2#*/} source=any
  if [ "${'$'}{3:-}" = from ]; then source=$4; fi
}
rule_families() { # FILE ALL SOURCE
  case $source in
    any) printf '%s\n' '/etc/ufw/user.rules 0.0.0.0/0 0.0.0.0/0' '/etc/ufw/user6.rules ::/0 ::/0';;
    *:*) printf '%s\n' "/etc/ufw/user6.rules ::/0 $source";;
    *) printf '%s\n' "/etc/ufw/user.rules 0.0.0.0/0 $source";;
  esac
}
rule_scan() { # FILE ALL SOURCE: "at ACTION COMMENT" where the rule has its place, "behind N" where the Nth before it refuses all of it
  [ ! -f "$1" ] || awk -v proto="$proto" -v port="$port" -v all="$2" -v source="$3" '
    function covers(ports,  count, one, ends, i) {
      if (ports == "any") return 1
      count = split(ports, one, ",")
      for (i = 1; i <= count; i++) {
        if (split(one[i], ends, ":") == 1) ends[2] = ends[1]
        if (ends[1] + 0 <= port + 0 && port + 0 <= ends[2] + 0) return 1
      }
      return 0
    }
    $2 == "tuple" {
      n++
      way = $NF; comment = ""
      if (way ~ /^comment=/) { comment = substr(way, 9); way = $(NF - 1) }
      if (way != "in" || $7 != all || $8 != "any") next
      said = $4; sub(/_log.*/, "", said)
      if ($10 == "in" && $5 == proto && $6 == port && $9 == source) { print "at", said, comment; exit }
      if (said ~ /^(deny|reject)$/ && ($5 == proto || $5 == "any") && ($9 == all || $9 == source) && covers($6) && !behind++) print "behind", n
    }' "$1"
}
rule_places() { rule_families | while read -r file all from; do rule_scan "$file" "$all" "$from"; done; }
rule_count() { # how often it stands there as wanted: limited is allowed
  rule_places | case $action in allow) grep -c '^at \(allow\|limit\) ';; *) grep -c "^at $action ";; esac
}
rule_is_there() {
  rule_words $1
  if [ "$source" = any ]; then [ "$(rule_count)" -eq 2 ]; else [ "$(rule_count)" -eq 1 ]; fi
}
rule_is_held() { [ -f "${KEPT}/ledger/$(printf 'rule %s' "$1" | sha256sum | cut -d ' ' -f 1)/entry" ]; }
rule_had() { # what is there as a part of one of ours, or has one of ours as a part, is not somebody's
  rule_words $1
  case $source in
    any) if rule_is_held "$1 from 0.0.0.0/0" || rule_is_held "$1 from ::/0"; then return 1; fi;;
    0.0.0.0/0|::/0) if rule_is_held "${'$'}{1% from *}"; then return 1; fi;;
  esac
  rule_places | grep -q '^at '
}
rule_say() { # SOURCE COMMENT [WORDS before]
  s=$1 c=$2
  shift 2
  if [ -n "$c" ]; then ufw "$@" "$action" proto "$proto" from "$s" to any port "$port" comment "$c"
  else ufw "$@" "$action" proto "$proto" from "$s" to any port "$port"; fi
}
rule_add() { # RULE COMMENT: there afterwards, and in front of what would refuse all of it
  rule_words $1
  if ! rule_places | grep -q '^at limit '; then rule_say "$source" "$2" || return 1; fi
  [ "$action" = allow ] || return 0
  rule_families | while read -r file all from; do
    n=$(rule_scan "$file" "$all" "$from" | sed -n 's/^behind //p')
    [ -n "$n" ] || continue
    case $file in *6.rules) n=$((n + $(grep -c '^### tuple' /etc/ufw/user.rules)));; esac
    ufw delete "$action" proto "$proto" from "$from" to any port "$port" && rule_say "$from" "$2" insert "$n" || exit 1
  done
}
rule_remove() { # a rule of both families is two of ufw's: what is held of it, or holds it, stays
  command -v ufw >/dev/null || return 0
  rule_words $1
  if ! rule_places | grep -q "^at $action "; then return 0; fi
  case $source in 0.0.0.0/0|::/0) if rule_is_held "${'$'}{1% from *}"; then return 0; fi;; esac
  was=$(mktemp -d) && rule_keep "$1" "$was" && ufw delete "$action" proto "$proto" from "$source" to any port "$port" || return 1
  if [ "$source" = any ]; then
    for family in 0.0.0.0/0 ::/0; do
      if rule_is_held "$1 from $family"; then rule_put_back "$1 from $family" "$was" || return 1; fi
    done
  fi
  rm -rf "$was"
}
rule_keep() { rule_words $1; rule_places | sed -n '1,/^at /s/^at //p' >"$2/rule"; }
rule_put_back() {
  command -v ufw >/dev/null || return 0
  rule_words $1
  read -r was comment <"$2/rule"
  rule_add "$was ${'$'}{1#* }" "$(printf '%s' "$comment" | sed 's/../\\x&/g' | while IFS= read -r c || [ -n "$c" ]; do /usr/bin/printf "$c"; done)"
}

firewall_is_on() { grep -qi '^ENABLED=yes' /etc/ufw/ufw.conf; }
firewall_on() { # what is on already does not read its files again by being turned on
  if firewall_is_on; then ufw --force enable && ufw reload; else settings_keep && { earlier_come; ufw --force enable; }; fi
}
earlier_may() { # -I, -D: of a connection from before that waits for its answer, the kernel learns by that answer, which ufw would drop
  for t in iptables ip6tables; do "$t" -w 5 "$1" INPUT ${EARLIER}; done
}
earlier_come() {
  earlier_end
  earlier_may -I && systemd-run --quiet --collect --on-active=${EARLIER_SECONDS} --unit=${EARLIER_UNIT} /bin/sh -c 'for t in iptables ip6tables; do "$t" -w 5 -D INPUT ${EARLIER}; done'
}
earlier_end() {
  systemctl stop ${EARLIER_UNIT}.timer 2>/dev/null
  while earlier_may -D 2>/dev/null; do :; done
}
docker_again() { # WAS: where IPv6 was off ufw has emptied what Docker had put there; containers go on meanwhile, or are left alone
  if [ "$1" = yes ] || ! engine_answers; then return 0; fi
  if [ "$(docker --host unix:///run/docker.sock info --format '{{.LiveRestoreEnabled}}')" = true ]; then engine_load; fi
}
firewall_policies() {
  for t in iptables ip6tables; do "$t" -w 5 -S 2>/dev/null | sed -n "s/^-P /$t -w 5 -P /p"; done
}
firewall_off() { # POLICIES: ufw opens what it forwarded, and leaves its chains
  ufw --force disable || return 1
  earlier_end
  for t in iptables ip6tables; do
    rules=$("$t" -w 5 -S)
    { echo '*filter'
      printf '%s\n' "$rules" | sed -n 's/^-A \([A-Z]* -j ufw6\{0,1\}-\)/-D \1/p'
      printf '%s\n' "$rules" | sed -n 's/^-N \(ufw6\{0,1\}-.*\)/-F \1/p'
      printf '%s\n' "$rules" | sed -n 's/^-N \(ufw6\{0,1\}-.*\)/-X \1/p'
      echo COMMIT
    } | "$t-restore" -w 5 --noflush || return 1
  done
  [ ! -s "$1" ] || sh "$1" || return 1
  if systemctl is-active -q docker.service; then
    if [ -s "$1" ]; then cp "$1" ${KEPT}/forward; fi
    iptables -w 5 -P FORWARD DROP && ip6tables -w 5 -P FORWARD DROP
  fi
}
firewall_keep() { cp -a /etc/ufw/ufw.conf /etc/default/ufw "$1/" && firewall_policies >"$1/policies"; }
firewall_put_back() {
  command -v ufw >/dev/null || return 0
  cp -a "$1/ufw" /etc/default/ufw
  if grep -qi '^ENABLED=yes' "$1/ufw.conf"; then firewall_on; else firewall_off "$1/policies"; fi
}
`
