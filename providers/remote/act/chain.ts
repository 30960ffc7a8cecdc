import type { StepOf } from '../../../engine/contract.js'
import { LED } from '../look/firewall.js'
import { KEPT } from '../place.js'
import { word } from '../words.js'

/** Docker leaves DOCKER-USER alone, but for putting the way to it in front; before it has run, nothing leads there. */
export const CHAIN = String.raw`
chain_leads() { # TABLES
  "$1" -w 5 -S FORWARD 2>/dev/null | ${LED}
}
chain_load() { # TABLES NAME, its table over standard input
  "$1" -w 5 -N DOCKER-USER 2>/dev/null
  "$1-restore" -w 5 --noflush || return 1
  "$1" -w 5 -C DOCKER-USER -j "$2" 2>/dev/null || "$1" -w 5 -I DOCKER-USER -j "$2" || return 1
  if ! chain_leads "$1"; then
    "$1" -w 5 -D FORWARD -j DOCKER-USER 2>/dev/null
    "$1" -w 5 -I FORWARD -j DOCKER-USER
  fi
}
docker_user_remove() { # TABLES: unless somebody else has rules there
  if "$1" -w 5 -S DOCKER-USER 2>/dev/null | grep '^-A' | grep -qv -- '-j RETURN$'; then return 0; fi
  while "$1" -w 5 -D FORWARD -j DOCKER-USER 2>/dev/null; do :; done
  "$1" -w 5 -F DOCKER-USER 2>/dev/null && "$1" -w 5 -X DOCKER-USER
  return 0
}
chain_remove() {
  systemctl disable -q --now "deployer-chain-$1.service" 2>/dev/null
  for t in iptables ip6tables; do
    command -v $t >/dev/null || continue
    $t -w 5 -D DOCKER-USER -j "$1" 2>/dev/null
    $t -w 5 -F "$1" 2>/dev/null && $t -w 5 -X "$1"
    "$t" -w 5 -S DOCKER >/dev/null 2>&1 || docker_user_remove $t
  done
  rm -f "/etc/systemd/system/deployer-chain-$1.service" "${KEPT}/chain/$1"
  systemctl daemon-reload
}
docker_chains_remove() { # TABLES
  for table in filter nat; do
    rules=$($1 -w 5 -t $table -S 2>/dev/null)
    { echo "*$table"
      printf '%s\n' "$rules" | sed -n '/ -j DOCKER-USER$/d;s/^-A \([A-Z]* .*-j DOCKER\)/-D \1/p'
      printf '%s\n' "$rules" | sed -n 's/^-A \(FORWARD .*docker0 .*\)/-D \1/p;s/^-A \(POSTROUTING .*docker0 -j MASQUERADE\)/-D \1/p' | grep -v -- '-j DOCKER'
      printf '%s\n' "$rules" | sed -n '/^-N DOCKER-USER/d;s/^-N \(DOCKER.*\)/-F \1/p'
      printf '%s\n' "$rules" | sed -n '/^-N DOCKER-USER/d;s/^-N \(DOCKER.*\)/-X \1/p'
      echo COMMIT
    } | $1-restore -w 5 --noflush
  done
  docker_user_remove "$1"
}
docker_forget() { # what a removed engine leaves behind
  ip link delete docker0 2>/dev/null
  for t in iptables ip6tables; do
    command -v $t >/dev/null || continue
    docker_chains_remove $t
    if ! grep -qsi '^ENABLED=yes' /etc/ufw/ufw.conf; then $t -w 5 -P FORWARD ACCEPT; fi
  done
  if [ -s ${KEPT}/forward ]; then sh ${KEPT}/forward; rm -f ${KEPT}/forward; fi
  return 0
}
`

/** In force before the engine publishes anything, at every boot: nothing that Docker or ufw does later takes it away. */
export const chainScript = (
  { name, ipv4, ipv6 }: StepOf<'chain'>,
  put: (path: string, content: string, mode: string) => string,
): string => {
  const table = (rules: ReadonlyArray<string>): string =>
    word(['*filter', `:${name} - [0:0]`, ...rules.map(rule => `-A ${name} ${rule}`), 'COMMIT', ''].join('\n'))
  const load = [
    CHAIN,
    `printf %s ${table(ipv4)} | chain_load iptables ${word(name)} || exit 1`,
    `printf %s ${table(ipv6)} | chain_load ip6tables ${word(name)}`,
  ]
  const unit = `[Unit]
Description=Limits on published ports (${name})
After=ufw.service
Before=docker.service
StartLimitIntervalSec=0
[Service]
Type=oneshot
RemainAfterExit=yes
Environment=PATH=/usr/sbin:/usr/bin:/sbin:/bin
ExecStart=/bin/sh ${KEPT}/chain/${name}
[Install]
WantedBy=multi-user.target
`
  return `mkdir -p ${KEPT}/chain || exit 1
${put(`${KEPT}/chain/${name}`, `${load.join('\n')}\n`, '0700')}
${put(`/etc/systemd/system/deployer-chain-${name}.service`, unit, '0644')}
systemctl enable -q deployer-chain-${name}.service && systemctl restart deployer-chain-${name}.service`
}
