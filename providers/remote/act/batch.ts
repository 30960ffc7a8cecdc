import { createHash } from 'node:crypto'
import type { Batch, Reveal } from '../../../engine/channel.js'
import type { Fault } from '../../../specs/fault.js'
import { E } from '../../../specs/fp.js'
import { enveloped } from '../envelope.js'
import { holderFile } from '../look/ledger.js'
import { lookScript } from '../look/script.js'
import { KEPT, RUNNING } from '../place.js'
import { word } from '../words.js'
import { keepScript, putBackScript } from './beside.js'
import { claimsScript, objectionScript, releasesScript } from './claims.js'
import { stepScript } from './step.js'
import { THINGS } from './things.js'

/** The salt of a host is made once, by whoever comes first. */
export const saltScript = (fresh: string): string => `umask 077
exec 2>&1
mkdir -p ${KEPT}
if [ ! -s ${KEPT}/salt ]; then echo ${fresh} >${KEPT}/salt.${fresh} && ln ${KEPT}/salt.${fresh} ${KEPT}/salt 2>/dev/null; rm -f ${KEPT}/salt.${fresh}; fi
echo "${fresh} $(cat ${KEPT}/salt 2>/dev/null)"`

export interface Sending {
  /** Names the batch, and is in every line that is not a step's own output. */
  readonly nonce: string
  readonly salt: string
  /** Of this process: two checkouts of one environment may count their runs and fences alike. */
  readonly session: string
}
/** Whoever hangs for ever would hold its resource for ever. */
const LONGEST_S = 3600

/** Lines that are kept of each resource. */
const RECEIPTS = 100

export interface Ready {
  readonly script: string
}

/** Every secret of a batch is revealed before it is sent: one that is missing changes nothing. */
export const batchScript = async (
  batch: Batch,
  reveal: Reveal,
  { nonce, salt, session }: Sending,
): Promise<Ready | { readonly step: number; readonly fault: Fault }> => {
  const steps: Array<string> = []
  for (const [index, step] of batch.steps.entries()) {
    const script = await stepScript(step, reveal, salt)()
    if (E.isLeft(script)) return { step: index, fault: script.left }
    steps.push(script.right)
  }
  return { script: transport(runner(batch, steps, nonce), batch, { nonce, session }) }
}

const named = ({ environment, addr, run, fence }: Batch): string => JSON.stringify({ environment, addr, run, fence })

/**
 * What runs on the host under the batch's own lock. The host's lock is held only while it is decided who may go on: batches of
 * one run go on side by side, but not two of one resource, of which the first has lost its connection.
 */
const runner = (batch: Batch, steps: ReadonlyArray<string>, nonce: string): string => {
  const { environment, fence } = batch
  const mine = `${RUNNING}/${nonce}`
  const receipts = `${KEPT}/receipts/${holderFile(batch)}`
  const fenced = `${KEPT}/fence/${createHash('sha256').update(environment).digest('hex')}`
  return enveloped(`export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
BATCH=${unitOf(nonce)}
umask 022
rm -f ${mine}/script
exec 9<${mine}/batch
flock 9
say() { printf '\\n%s %s\\n' ${nonce} "$*"; }
refuse() { say refused "$@"; echo '${nonce} all'; exit 1; }
unwritten() { if said=$({ echo here >${KEPT}/trial && rm ${KEPT}/trial; } 2>&1); then refuse denied ${KEPT}; else refuse unwritten "$(echo "$said" | tail -n 1)"; fi; }
full() { df --output=avail,target / /etc /var /var/cache/apt/archives /tmp 2>/dev/null | while read -r room at; do if [ "$room" = 0 ]; then echo "$at: No space left on device"; fi; done; }
${THINGS}
umask 077
mkdir -p ${KEPT}/ledger ${KEPT}/fence || unwritten
exec 8>${RUNNING}/lock
flock 8
: >${mine}/begun
for d in ${RUNNING}/*; do
  if [ "$d" = ${mine} ] || [ ! -f "$d/begun" ]; then continue; fi
  if flock -n "$d/batch" true; then rm -rf "$d"; continue; fi
  if [ "$(cat "$d/run")" != "$(cat ${mine}/run)" ] || [ "$(cat "$d/batch")" = "$(cat ${mine}/batch)" ]; then
    refuse busy "$(cat "$d/batch")"
  fi
done
newest=0
[ ! -f ${fenced} ] || read -r newest <${fenced}
if [ "$newest" -gt ${fence} ]; then refuse fenced "$newest"; fi
[ "$newest" -eq ${fence} ] || { echo ${fence} >${fenced}.new && mv ${fenced}.new ${fenced}; } || unwritten
${objectionScript(batch.claims, batch)}
${portsScript(batch.steps)}
${claimsScript(batch.claims, batch)}
exec 8>&-
umask 022
mkdir -p ${KEPT}/receipts || unwritten
receipt() { printf '%s %s %s\\n' "$(date +%s)" "$1" ${word(named(batch))} >>${receipts}; }
mine=${mine}
${keepScript(batch.steps)}
${steps.map((script, index) => stepRun(script, { index, nonce, putBack: putBackScript(batch.steps, index) })).join('\n')}
rm -rf "$mine/before"
exec 8>${RUNNING}/lock
flock 8
${releasesScript(batch.releases, batch)}
exec 8>&-
receipt end
tail -n ${RECEIPTS} ${receipts} >${receipts}.new && mv ${receipts}.new ${receipts}
${batch.releases.length === 0 ? '' : LEAVING}
say asked
${lookScript(batch.verify, nonce)}`)
}

interface Stepping {
  readonly index: number
  readonly nonce: string
  readonly putBack: string
}

/** A step's children don't inherit the locks, or a daemon that one of them starts would hold them for ever. */
const stepRun = (script: string, { index, nonce, putBack }: Stepping): string => `say started ${index}
STEP=${index}
(
${script}
) </dev/null 2>&1 9<&-
status=$?
if [ $status -ne 0 ]; then receipt 'failed ${index}'; ${putBack}undo_mine "$BATCH"; full; say failed ${index} $status "$(date +%s)"; echo '${nonce} all'; exit 1; fi
receipt 'done ${index}'
say done ${index}`

/** Before anything else: where somebody else listens sshd would fail, after its files had changed. With ssh.socket it is systemd that listens. */
const portsScript = (steps: Batch['steps']): string =>
  [...new Set(steps.flatMap(step => (step.do === 'sshd load' ? step.ports : [])))]
    .map(
      port => `other=$(ss -Hltnp 'sport = :${port}' | sed -n 's/.*users:(("\\([^"]*\\)".*/\\1/p' | grep -vx -e sshd -e systemd | head -n 1)
[ -z "$other" ] || refuse port ${port} "$other"`,
    )
    .join('\n')

/** What came with what was held here, and at last every trace of us. */
const LEAVING = `(
brought_away
) </dev/null 2>&1 9<&-
exec 8>${RUNNING}/lock
flock 8
sweep
exec 8>&-`

const unitOf = (nonce: string): string => `deployer-${nonce}.service`

/** Puts the whole batch on the host, starts it apart from this connection, and tells what it says. */
const transport = (script: string, batch: Batch, { nonce, session }: Omit<Sending, 'salt'>): string => {
  const mine = `${RUNNING}/${nonce}`
  const unit = unitOf(nonce)
  return `export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
umask 077
mkdir -p ${RUNNING} && mkdir ${mine} || exit 1
printf '%s\\n' ${word(named(batch))} >${mine}/batch
printf '%s\\n' ${word(JSON.stringify([batch.environment, batch.run, batch.fence, session]))} >${mine}/run
printf %s ${word(script)} >${mine}/script || { rm -rf ${mine}; exit 1; }
: >${mine}/events
systemd-run --quiet --collect --unit=${unit} -p RuntimeMaxSec=${LONGEST_S} -p StandardOutput=append:${mine}/events -p StandardError=append:${mine}/events /bin/sh ${mine}/script || { rm -rf ${mine}; exit 1; }
pid=$(systemctl show -p MainPID --value ${unit})
case $pid in ''|0) pid=1$$;; esac
tail -n +1 -s 0.1 -f --pid="$pid" ${mine}/events | sed -u '/^${nonce} all$/q'`
}
