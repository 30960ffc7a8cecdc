import type { Host } from '../../../engine/contract.js'
import { linesOf, Unread } from './question.js'

/** Its addresses that others can reach, 32 digits each: those that bridges of containers have among themselves are none. */
export const ipv6Addresses = `while read -r address index prefix scope flags name; do
  case $scope.$address in 00.f[cd]*) [ ! -e "/sys/class/net/$name/bridge" ] || continue ;; 00.*) ;; *) continue ;; esac
  echo "$address"
done 2>/dev/null </proc/net/if_inet6`

export const hostScript = `( . /etc/os-release && printf 'os %s\\nversion %s\\n' "$ID" "$VERSION_ID" )
printf 'arch %s\\n' "$(dpkg --print-architecture 2>/dev/null || uname -m)"
${ipv6Addresses} | sed -n '1s/.*/ipv6 yes/p'`

/** An address of IPv6 that others can reach. */
export const parseHost = (text: string): Host => {
  const words = new Map(linesOf(text).map(line => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]))
  const os = words.get('os')
  if (os === undefined) throw new Unread('the host does not say what it runs')
  return { os, version: words.get('version') ?? '', arch: words.get('arch') ?? '', ipv6: words.get('ipv6') === 'yes' }
}
