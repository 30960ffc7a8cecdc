import type { Reveal } from '../../../engine/channel.js'
import type { Do, Probe, Step, StepOf, Text } from '../../../engine/contract.js'
import { hasHoles, ruleKey } from '../../../engine/vocabulary.js'
import { type Attempt, attempt, fail, need } from '../../../specs/fp.js'
import { folderOf } from '../look/ledger.js'
import { KEPT } from '../place.js'
import { word, words } from '../words.js'
import { chainScript } from './chain.js'
import { fetchScript, networkScript, pullScript, signalScript } from './containers.js'
import { upScript } from './service.js'
import { sqlScript } from './sql.js'
import { THINGS } from './things.js'
import { tryScript } from './trial.js'
import { armScript, confirmScript } from './undo.js'

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
const rooted = (path: string, content: string, mode: string): string => put(path, content, { ...ROOTED, mode })

/** Written at the end of a boot. To ask cloud-init itself costs half a second. */
const RESULT = '/run/cloud-init/result.json'
const BOOTED = `for i in $(seq 100); do
  if [ ! -e /run/cloud-init/enabled ] || [ -e ${RESULT} ]; then break; fi
  sleep 0.1
done`

const SCRIPTS: Scripts = {
  'wait ready': ({ seconds, first = false }) => `${BOOTED}
if command -v cloud-init >/dev/null && ! grep -qs '"errors": \\[\\]' ${RESULT}; then
  timeout ${seconds} cloud-init status --wait >/dev/null
  case $? in
    124) echo ${word(`cloud-init has not ended after ${seconds} s`)}; exit 1;;
    0|2) ;;
    *) ${first ? 'cloud-init status --long; exit 1' : ''};;
  esac
fi`,
  put: async (step, { clear }) => put(step.path, await clear(step.content), step),
  dir: ({ path, mode, owner, group }) =>
    `[ -d ${word(path)} ] || mkdir -m 0700 -- ${word(path)} || exit 1
chown ${word(`${owner}:${group}`)} -- ${word(path)} && chmod ${word(mode)} -- ${word(path)}`,
  remove: ({ path }) => `take_away file ${word(path)}`,
  install: ({ packages, upgrade = false }) => `packages_mend || exit 1
${upgrade ? 'packages_update || exit 1\n' : ''}packages_install ${upgrade ? 'upgrade' : 'install'} ${words(packages)}`,
  uninstall: ({ packages }) => `packages_mend || exit 1
for p in ${words(packages)}; do take_away package "$p" || exit 1; done`,
  unit: ({ name, active, enabled, again }) => {
    const unit = word(name)
    return [
      `present unit ${unit} || { echo ${word(`Unit ${name} not found.`)}; exit 1; }`,
      ...(enabled === true ? [`unit_unmask ${unit} || exit 1`] : []),
      `if [ "$(systemctl show -p NeedDaemonReload --value -- ${unit})" = yes ]; then systemctl daemon-reload; fi`,
      ...(enabled === undefined ? [] : [`systemctl ${enabled ? 'enable' : 'disable'} -q -- ${unit} || exit 1`]),
      ...(active === undefined ? [] : [`unit_try ${active ? 'start' : 'stop'} ${unit} || exit 1`]),
      ...(again === undefined ? [] : [`unit_try ${again} ${unit}`]),
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
      ? `host_named ${word(value)}`
      : `z=/usr/share/zoneinfo/${word(value)}
[ -f "$z" ] || { echo "there is no time zone "${word(value)}; exit 1; }
ln -sfn "$z" /etc/localtime && printf '%s\\n' ${word(value)} >/etc/timezone`,
  'sshd load': ({ ports }) => `for p in ${ports.join(' ')}; do sshd_free $p || exit 1; done
sshd_load || exit 1
for i in $(seq 50); do
  if [ "$(sshd_listens)" = ${word(`${[...ports].sort((a, b) => a - b).join(' ')} `)} ]; then exit 0; fi
  sleep 0.1
done
echo "sshd listens on $(sshd_listens)"; false`,
  firewall: ({ active, incoming, outgoing, routed, ipv6 }) => `was=$(sed -n 's/^IPV6=//p' /etc/default/ufw)
sed -i 's/^IPV6=.*/IPV6=${ipv6 ? 'yes' : 'no'}/' /etc/default/ufw || exit 1
ufw default ${incoming} incoming && ufw default ${outgoing} outgoing || exit 1
${routed === 'disabled' ? '' : `ufw default ${routed} routed || exit 1\n`}${active ? `firewall_on${ipv6 ? ' && docker_again "$was"' : ''}` : 'firewall_off /dev/null'}`,
  'rule add': ({ rule, comment }) => `rule_add ${word(ruleKey(rule))} ${word(comment)}`,
  'rule remove': ({ rule }) => `rule_remove ${word(ruleKey(rule))}`,
  chain: step => chainScript(step, rooted),
  arm: step => armScript(step, THINGS, rooted),
  confirm: confirmScript,
  'engine config': async (step, { clear }) => {
    const path = word(step.path)
    return `o=$(mktemp -d) && trap 'rm -rf "$o"' EXIT
if [ -f ${path} ]; then keep file ${path} "$o"; fi
${put(step.path, await clear(step.content), ROOTED)} || exit 1
command -v docker >/dev/null || exit 0
if ! { if dockerd --help 2>&1 | grep -q -- --validate; then dockerd --validate --config-file ${path}; fi; } || ! engine_load; then
  if [ -f "$o/file" ]; then put_back file ${path} "$o"; else rm -f -- ${path}; fi
  engine_load
  false
fi`
  },
  restore: ({ what, id, before }) =>
    before === 'absent'
      ? `take_away ${word(what)} ${word(id)}`
      : `if [ -d ${KEPT}/ledger/${folderOf({ what, id })}/kept ]; then put_back ${word(what)} ${word(id)} ${KEPT}/ledger/${folderOf({ what, id })}/kept; fi`,
  network: networkScript,
  'network remove': ({ name }) => `take_away network ${word(name)}`,
  fetch: fetchScript,
  pull: pullScript,
  try: tryScript,
  up: async (step, { clear }) => upScript(step, await clear(step.digest)),
  down: ({ project, service }) => `take_away container ${word(`${project}/${service}`)}`,
  signal: signalScript,
  sql: async (step, { clear }) =>
    sqlScript(step, await clear(step.statement), step.password === undefined ? undefined : await clear(step.password)),
  cron: ({ path, lines }) => put(path, lines.map(line => `${line}\n`).join(''), ROOTED),
  run: async ({ argv }, { clear }) => words(await Promise.all(argv.map(clear))),
}

/** What `present` knows of. */
const TOLD: ReadonlyArray<Probe['ask']> = [
  ...([
    'file',
    'dir',
    'cron',
    'package',
    'unit',
    'user',
    'member',
    'sysctl',
    'sshd',
    'firewall',
    'rule',
    'chain',
    'engine',
    'network',
    'container',
    'image',
  ] as const),
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
