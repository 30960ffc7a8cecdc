import type { Do, Probe, Reveal, Step, StepOf, Text } from '../../../engine/contract.js'
import { ruleKey } from '../../../engine/vocabulary.js'
import { type Attempt, attempt, fail, need } from '../../../specs/fp.js'
import { folderOf } from '../look/ledger.js'
import { KEPT } from '../place.js'
import { word, words } from '../words.js'
import { THINGS } from './things.js'

interface Revealing {
  readonly clear: (text: Text) => Promise<string>
}
type Scripts = { readonly [D in Do]?: (step: StepOf<D>, revealing: Revealing) => string | Promise<string> }

/** Written beside its place by the shell itself, so that no argument list shows it, and moved there in one go. */
const put = (path: string, content: string, { mode, owner, group }: { mode: string; owner: string; group: string }): string => {
  const fresh = word(`${path}.deployer-new`)
  return `rm -f -- ${fresh}
printf %s ${word(content)} >${fresh} && chown ${word(`${owner}:${group}`)} -- ${fresh} && chmod ${word(mode)} -- ${fresh} && replace ${fresh} ${word(path)} || { rm -f -- ${fresh}; false; }`
}

const ROOTED = { mode: '0644', owner: 'root', group: 'root' }

const SCRIPTS: Scripts = {
  'wait ready': ({ seconds }) => `if command -v cloud-init >/dev/null; then
  timeout ${seconds} cloud-init status --wait >/dev/null
  case $? in 0|2) ;; *) cloud-init status --long; false;; esac
fi`,
  put: async (step, { clear }) => put(step.path, await clear(step.content), step),
  dir: ({ path, mode, owner, group }) =>
    `[ -d ${word(path)} ] || mkdir -m 0700 -- ${word(path)} || exit 1
chown ${word(`${owner}:${group}`)} -- ${word(path)} && chmod ${word(mode)} -- ${word(path)}`,
  remove: ({ path }) => `take_away file ${word(path)}`,
  install: ({ packages, upgrade = false }) => `dpkg --configure -a
${upgrade ? 'apt update && apt upgrade || exit 1\n' : ''}apt install --no-install-recommends -- ${words(packages)} ||
  { apt update && apt install --no-install-recommends -- ${words(packages)}; }`,
  uninstall: ({ packages }) => `dpkg --configure -a
for p in ${words(packages)}; do take_away package "$p" || exit 1; done`,
  unit: ({ name, active, enabled, again }) => {
    const unit = word(name)
    return [
      `present unit ${unit} || { echo ${word(`Unit ${name} not found.`)}; exit 1; }`,
      `if [ "$(systemctl show -p NeedDaemonReload --value -- ${unit})" = yes ]; then systemctl daemon-reload; fi`,
      ...(enabled === undefined ? [] : [`systemctl ${enabled ? 'enable' : 'disable'} -q -- ${unit} || exit 1`]),
      ...(active === undefined ? [] : [`systemctl ${active ? 'start' : 'stop'} -- ${unit} || exit 1`]),
      ...(again === undefined ? [] : [`systemctl ${again} -- ${unit}`]),
    ].join('\n')
  },
  user: ({ name, shell, sudo, keys }) => `u=${word(name)}
getent passwd "$u" >/dev/null || useradd -m -K HOME_MODE=0700 -s ${word(shell)} -- "$u" || exit 1
[ "$(getent passwd "$u" | cut -d: -f7)" = ${word(shell)} ] || usermod -s ${word(shell)} -- "$u" || exit 1
h=$(home_of "$u") g=$(id -gn -- "$u")
install -d -m 0700 -o "$u" -g "$g" -- "$h/.ssh" || exit 1
printf %s ${word(keys.map(key => `${key}\n`).join(''))} >"$h/.ssh/deployer-new" && chown "$u:$g" "$h/.ssh/deployer-new" &&
  chmod 0600 "$h/.ssh/deployer-new" && mv -f "$h/.ssh/deployer-new" "$h/.ssh/authorized_keys" || exit 1
${
  sudo
    ? `if ! can_sudo "$u"; then
  printf '%s ALL=(ALL) NOPASSWD:ALL\\n' "$u" >"/etc/sudoers.d/90-deployer-$u" && chmod 0440 "/etc/sudoers.d/90-deployer-$u" && can_sudo "$u"
fi`
    : 'rm -f "/etc/sudoers.d/90-deployer-$u"'
}`,
  'user delete': ({ name }) => `take_away user ${word(name)}`,
  'group add': ({ user, group }) => `usermod -aG ${word(group)} -- ${word(user)}`,
  'group remove': ({ user, group }) => `take_away member ${word(`${user}/${group}`)}`,
  sysctl: ({ key, value }) => `sysctl -q -w -- ${word(`${key}=${value}`)}`,
  setting: ({ key, value }) =>
    key === 'hostname'
      ? `hostnamectl set-hostname -- ${word(value)}`
      : `z=/usr/share/zoneinfo/${word(value)}
[ -f "$z" ] || { echo "there is no time zone "${word(value)}; exit 1; }
ln -sfn "$z" /etc/localtime && printf '%s\\n' ${word(value)} >/etc/timezone`,
  'sshd load': ({ ports }) => `sshd_load || exit 1
for i in $(seq 50); do
  if [ "$(sshd_listens)" = ${word(`${[...ports].sort((a, b) => a - b).join(' ')} `)} ]; then exit 0; fi
  sleep 0.1
done
echo "sshd listens on $(sshd_listens)"; false`,
  firewall: ({ active, incoming, outgoing, routed, ipv6 }) => `sed -i 's/^IPV6=.*/IPV6=${ipv6 ? 'yes' : 'no'}/' /etc/default/ufw || exit 1
ufw default ${incoming} incoming && ufw default ${outgoing} outgoing || exit 1
${routed === 'disabled' ? '' : `ufw default ${routed} routed || exit 1\n`}${active ? 'ufw --force enable' : 'firewall_off "$(forward_policy)"'}`,
  'rule add': ({ rule, comment }) => `rule_add ${word(ruleKey(rule))} ${word(comment)}`,
  'rule remove': ({ rule }) => `rule_remove ${word(ruleKey(rule))}`,
  chain: ({ name, ipv4, ipv6 }) => {
    const table = (rules: ReadonlyArray<string>): string =>
      word(['*filter', `:${name} - [0:0]`, ...rules.map(rule => `-A ${name} ${rule}`), 'COMMIT', ''].join('\n'))
    const load = ['iptables', 'ip6tables']
      .map(
        (tables, index) => `${tables} -w 5 -N DOCKER-USER 2>/dev/null
printf %s ${table(index === 0 ? ipv4 : ipv6)} | ${tables}-restore -w 5 --noflush || exit 1
${tables} -w 5 -C DOCKER-USER -j ${name} 2>/dev/null || ${tables} -w 5 -I DOCKER-USER -j ${name} || exit 1`,
      )
      .join('\n')
    const unit = `[Unit]
Description=Limits on published ports (${name})
After=docker.service ufw.service
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh ${KEPT}/chain/${name}
[Install]
WantedBy=multi-user.target
`
    return `mkdir -p ${KEPT}/chain || exit 1
${put(`${KEPT}/chain/${name}`, `${load}\n`, { ...ROOTED, mode: '0700' })}
${put(`/etc/systemd/system/deployer-chain-${name}.service`, unit, ROOTED)}
systemctl enable -q deployer-chain-${name}.service && systemctl restart deployer-chain-${name}.service`
  },
  arm: ({ name, seconds, things }) => {
    const at = `${KEPT}/undo/${name}`
    const kept = things.map(({ what, id }, index) => `armed ${index} ${word(what)} ${word(id)}`).join('\n')
    const service = `[Unit]
Description=Puts back what could have cut us off (${name})
[Service]
Type=oneshot
ExecStart=/bin/sh ${at}/script
`
    const timer = `[Unit]
Description=Waits for a new connection (${name})
[Timer]
OnActiveSec=${seconds}
AccuracySec=1
[Install]
WantedBy=timers.target
`
    return `rm -rf ${at}
mkdir -p ${at} || exit 1
armed() {
  if present "$2" "$3"; then keep "$2" "$3" "${at}/$1" && then=put_back || exit 1; else then=take_away; fi
  printf '%s %s %s %s\\n' "$then" "$1" "$2" "$3" >>${at}/things
}
${kept}
printf %s ${word(`export PATH=/usr/sbin:/usr/bin:/sbin:/bin\n${THINGS}\nwhile read -r then n what id; do $then "$what" "$id" "${at}/$n"; done <${at}/things\nundo_disarm ${name}\n`)} >${at}/script
${put(`/etc/systemd/system/deployer-undo-${name}.service`, service, ROOTED)}
${put(`/etc/systemd/system/deployer-undo-${name}.timer`, timer, ROOTED)}
printf '%s\\n' ${seconds} >${at}/seconds
systemctl enable -q deployer-undo-${name}.timer && systemctl restart deployer-undo-${name}.timer`
  },
  confirm: ({
    name,
  }) => `[ -f ${KEPT}/undo/${name}/seconds ] || { echo ${word(`the undo ${name} is not armed; it may have fired`)}; exit 1; }
undo_disarm ${word(name)}`,
  'engine config': async (step, { clear }) => {
    const path = word(step.path)
    return `o=$(mktemp -d) && trap 'rm -rf "$o"' EXIT
if [ -f ${path} ]; then keep file ${path} "$o"; fi
${put(step.path, await clear(step.content), ROOTED)} || exit 1
command -v docker >/dev/null || exit 0
if ! { if dockerd --help 2>&1 | grep -q -- --validate; then dockerd --validate --config-file ${path}; fi; } || ! engine_load; then
  journalctl -q -u docker.service -n 5 --no-pager -o cat
  if [ -f "$o/file" ]; then put_back file ${path} "$o"; else rm -f -- ${path}; fi
  engine_load
  false
fi`
  },
  restore: ({ what, id, before }) =>
    before === 'absent'
      ? `take_away ${word(what)} ${word(id)}`
      : `if [ -d ${KEPT}/ledger/${folderOf({ what, id })}/kept ]; then put_back ${word(what)} ${word(id)} ${KEPT}/ledger/${folderOf({ what, id })}/kept; fi`,
  cron: ({ path, lines }) => put(path, lines.map(line => `${line}\n`).join(''), ROOTED),
  run: async ({ argv }, { clear }) => words(await Promise.all(argv.map(clear))),
}

const hasHoles = (text: Text): boolean => typeof text !== 'string' && text.some(part => typeof part !== 'string')

/** What `present` knows of. */
const TOLD: ReadonlyArray<Probe['ask']> = [
  ...(['file', 'dir', 'cron', 'package', 'unit', 'user', 'member', 'sysctl', 'sshd', 'firewall', 'rule', 'chain', 'engine'] as const),
]

/** One step as shell, its secrets revealed. Ends with 0 when it is done. */
export const stepScript = (step: Step, reveal: Reveal, salt: string): Attempt<string> =>
  attempt(async () => {
    const script = SCRIPTS[step.do] as ((step: Step, revealing: Revealing) => string | Promise<string>) | undefined
    const { done } = step
    if (script === undefined) return need(fail({ code: 'HOST_LATER', what: step.do }))
    if (done !== undefined && (done.match !== undefined || !TOLD.includes(done.ask)))
      return need(fail({ code: 'HOST_LATER', what: `ask about ${done.ask} in the middle of a batch` }))
    if (step.do === 'run' && step.argv.some(hasHoles)) return need(fail({ code: 'HOST_LATER', what: 'give secrets to a command' }))
    const body = await script(step, { clear: text => need(reveal(text, salt)) })
    return done === undefined ? body : `if present ${word(done.ask)} ${word(done.key)}; then exit 0; fi\n${body}`
  })
