import type { StepOf } from '../../../engine/contract.js'
import { folderOf } from '../look/ledger.js'
import { KEPT } from '../place.js'
import { word } from '../words.js'

/**
 * An undo is a folder and an enabled timer. What it keeps first it keeps: arming it again, before anybody has confirmed, must not
 * take what may have cut us off for what was there before. A firewall is kept with all its rules.
 */
export const UNDO = String.raw`
undo_keep() { # AT WHAT ID FOLDER
  if [ -f "$1/things" ] && grep -qxF "put_back $4 $2 $3" "$1/things" || grep -qsxF "take_away $4 $2 $3" "$1/things"; then return 0; fi
  then=take_away
  if present "$2" "$3"; then
    then=put_back
    keep "$2" "$3" "$1/$4" || return 1
    if [ "$2" = firewall ]; then cp -a /etc/ufw/user.rules /etc/ufw/user6.rules "$1/$4/" || return 1; fi
  fi
  printf '%s %s %s %s\n' "$then" "$4" "$2" "$3" >>"$1/things"
}
undo_put_back() { # AT: all of it, whatever becomes of any
  failed=0
  while read -r then folder what id; do
    if [ "$what" = firewall ] && [ -f "$1/$folder/user.rules" ]; then cp -a "$1/$folder/user.rules" "$1/$folder/user6.rules" /etc/ufw/; fi
    "$then" "$what" "$id" "$1/$folder" </dev/null || failed=1
  done <"$1/things"
  return $failed
}
undo_disarm() {
  systemctl disable -q --now "deployer-undo-$1.timer" 2>/dev/null
  rm -rf "${KEPT}/undo/$1" "/etc/systemd/system/deployer-undo-$1.timer" "/etc/systemd/system/deployer-undo-$1.service"
  systemctl daemon-reload
}
undo_mine() { # BATCH: the steps have failed, so nobody will confirm
  for s in ${KEPT}/undo/*/script; do
    at=${'$'}{s%/script}
    if [ "$(cat "$at/batch" 2>/dev/null)" = "$1" ]; then BATCH=$1 sh "$s" >/dev/null 2>&1 </dev/null; fi
  done
}
`

/** The batch that armed it is ended first: what it has not done yet must not come after. */
const undoScript = (name: string, things: string): string => {
  const at = `${KEPT}/undo/${name}`
  return `export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
exec 7>${KEPT}/undo/${name}.lock
flock 7
[ -f ${at}/seconds ] || exit 0
unit=$(cat ${at}/batch)
case $unit in ''|"\${BATCH:-}") ;; *) systemctl stop "$unit" 2>/dev/null;; esac
${things}
undo_put_back ${at} && undo_disarm ${name}
`
}

export const armScript = (
  { name, seconds, things }: StepOf<'arm'>,
  THINGS: string,
  put: (path: string, content: string, mode: string) => string,
): string => {
  const at = `${KEPT}/undo/${name}`
  const service = `[Unit]
Description=Puts back what could have cut us off (${name})
StartLimitIntervalSec=0
[Service]
Type=oneshot
ExecStart=/bin/sh ${at}/script
Restart=on-failure
RestartSec=5
`
  const timer = `[Unit]
Description=Waits for a new connection (${name})
[Timer]
OnActiveSec=${seconds}
AccuracySec=1
[Install]
WantedBy=timers.target
`
  const kept = things.map(({ what, id }) => `undo_keep ${at} ${word(what)} ${word(id)} ${folderOf({ what, id })} || exit 1`)
  const units = `/etc/systemd/system/deployer-undo-${name}`
  return `mkdir -p ${at} || exit 1
exec 7>${at}.lock
flock 7
[ -f ${at}/seconds ] || rm -rf ${at}/*
mkdir -p ${at} || exit 1
${kept.join('\n')}
${put(`${at}/script`, undoScript(name, THINGS), '0700')}
printf '%s\\n' "$BATCH" >${at}/batch
${put(`${units}.service`, service, '0644')}
${put(`${units}.timer`, timer, '0644')}
printf '%s\\n' ${seconds} >${at}/seconds
systemctl enable -q deployer-undo-${name}.timer && systemctl restart deployer-undo-${name}.timer && sync ${at}/* ${units}.*`
}

export const confirmScript = ({ name }: StepOf<'confirm'>): string => `mkdir -p ${KEPT}/undo
exec 7>${KEPT}/undo/${name}.lock
flock 7
[ -f ${KEPT}/undo/${name}/seconds ] || { echo ${word(`the undo ${name} is not armed; it may have fired`)}; exit 1; }
undo_disarm ${word(name)}`

/** For whoever knows before its time that nobody will confirm. */
export const undoNowScript = (name: string): string =>
  `if [ -f ${KEPT}/undo/${name}/seconds ]; then systemctl start deployer-undo-${name}.service >/dev/null 2>&1; fi
[ -f ${KEPT}/undo/${name}/seconds ] || echo undone`
