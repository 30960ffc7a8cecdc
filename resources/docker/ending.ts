import type { Part } from '../part.js'
import { DAEMON_JSON } from './daemon.js'

const NAME = 'deployer-containers.service'

/**
 * With live-restore containers outlive the engine, also when the whole machine goes down: then nobody tells them their own signal,
 * and one that is deaf to SIGTERM holds up a reboot for a minute and a half, and is killed at last. This says it, once the
 * engine is gone, which would start them again; and only then, since who takes the unit away stops it, too.
 */
export const ENDING: ReadonlyArray<Part> = [
  {
    what: 'file',
    path: `/etc/systemd/system/${NAME}`,
    content: `[Unit]
Description=Containers end by their own signal when the machine goes down
Before=docker.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/true
ExecStop=-/bin/sh -c 'test "$$(systemctl is-system-running)" = stopping || exit 0; d=$$(tr "\\\\042" "\\\\n" <${DAEMON_JSON} | grep -A 2 -x data-root | grep ^/); cd "$\${d:-/var/lib/docker}/containers" && for c in *; do s=$$(grep -o "StopSignal...[A-Z0-9]*" "$$c/config.v2.json") && runc --root /run/docker/runtime-runc/moby kill "$$c" "$\${s##*[!A-Z0-9]}"; done'

[Install]
WantedBy=multi-user.target
`,
    mode: '0644',
    owner: 'root',
    group: 'root',
  },
  { what: 'unit', name: NAME, active: true, enabled: true },
]
