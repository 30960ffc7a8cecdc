/** Where ssh.socket is on, systemd listens for sshd, on ports of its own: Debian's knows nothing of sshd's files. */
export const SSHD = String.raw`
SSH_SOCKET_FILE=/etc/systemd/system/ssh.socket.d/00-deployer-port.conf
sshd_listens() {
  { ss -Hltnp | sed -n 's/^LISTEN *[0-9]* *[0-9]* *[^ ]*:\([0-9]*\) .*"sshd".*/\1/p'
    if systemctl is-active -q ssh.socket; then systemctl show -p Listen ssh.socket | sed -n 's/^Listen\(=\|=.*:\)\([0-9]*\) (Stream)$/\2/p'; fi
  } | sort -un | tr '\n' ' '
}
sshd_free() { # PORT: nobody else holds it
  case " $(sshd_listens)" in *" $1 "*) return 0;; esac
  other=$(ss -Hltnp "sport = :$1" | sed -n 's/.*users:(("\([^"]*\)".*/\1/p' | head -n 1)
  [ -z "$other" ] || { echo "$other holds port $1"; return 1; }
}
sshd_socket_file() {
  [ ! -e /usr/lib/systemd/system-generators/sshd-socket-generator ] || return 0
  listens=$(/usr/sbin/sshd -T | sed -n 's/^listenaddress /ListenStream=/p')
  if ! printf '%s\n' "$listens" | grep -qv ':22$'; then rm -rf "$SSH_SOCKET_FILE"; return; fi
  mkdir -p "${'$'}{SSH_SOCKET_FILE%/*}" &&
    printf '%s\n' '[Socket]' 'BindIPv6Only=ipv6-only' 'ListenStream=' "$listens" >"$SSH_SOCKET_FILE"
}
sshd_load() {
  mkdir -p -m 0755 /run/sshd
  /usr/sbin/sshd -t || return 1
  if systemctl is-enabled -q ssh.socket 2>/dev/null || systemctl is-active -q ssh.socket; then sshd_socket_file || return 1
  else rm -f "$SSH_SOCKET_FILE"; fi
  rmdir "${'$'}{SSH_SOCKET_FILE%/*}" 2>/dev/null
  systemctl daemon-reload
  if ! systemctl is-active -q ssh.socket; then systemctl reload-or-restart ssh.service; return; fi
  systemctl stop ssh.service
  systemctl restart ssh.socket
}
`
