import { type Asks, ruleKey } from '../../../engine/vocabulary.js'
import { word } from '../words.js'
import { keysOf, linesOf, type Question, Unread } from './question.js'
import { parseTuples } from './tuples.js'

type Policy = 'allow' | 'deny' | 'reject'
const POLICIES: { readonly [word: string]: Policy } = { ACCEPT: 'allow', DROP: 'deny', REJECT: 'reject' }

/** ufw itself takes a fifth of a second to say the same. */
export const firewall: Question<'firewall'> = {
  ask: 'firewall',
  script: () => `if command -v ufw >/dev/null; then
  sed -n 's/^\\(ENABLED\\|DEFAULT_[A-Z]*_POLICY\\|IPV6\\)=/&/p' /etc/ufw/ufw.conf /etc/default/ufw || exit 1
  if iptables -S ufw-user-input >/dev/null 2>&1; then echo CHAINS4=yes; fi
  if ip6tables -S ufw6-user-input >/dev/null 2>&1; then echo CHAINS6=yes; fi
  grep -sH '' /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv6/conf/all/forwarding | sed 's/.*:/FORWARD=/'
  true
fi`,
  parse: text => {
    const lines = linesOf(text)
    if (lines.length === 0) return new Map()
    const words = new Map(
      lines.map(line => [
        line.slice(0, line.indexOf('=')),
        line
          .slice(line.indexOf('=') + 1)
          .replaceAll('"', '')
          .trim(),
      ]),
    )
    const policy = (name: string): Policy => {
      const found = POLICIES[words.get(`DEFAULT_${name}_POLICY`) ?? '']
      if (found === undefined) throw new Unread(`ufw has no policy for ${name.toLowerCase()}`)
      return found
    }
    const ipv6 = words.get('IPV6')?.toLowerCase() === 'yes'
    const forwards = lines.includes('FORWARD=1')
    const seen: Asks['firewall'] = {
      active: words.get('ENABLED')?.toLowerCase() === 'yes' && words.get('CHAINS4') === 'yes' && (!ipv6 || words.get('CHAINS6') === 'yes'),
      incoming: policy('INPUT'),
      outgoing: policy('OUTPUT'),
      routed: forwards ? policy('FORWARD') : 'disabled',
      ipv6,
    }
    return new Map([['ufw', seen]])
  },
}

const tuplesScript = (): string => `if command -v ufw >/dev/null; then
  echo present
  sed -n 's/^### tuple/4 &/p' /etc/ufw/user.rules || exit 1
  sed -n 's/^### tuple/6 &/p' /etc/ufw/user6.rules || exit 1
fi`

export const ruleList: Question<'rules'> = {
  ask: 'rules',
  script: tuplesScript,
  parse: text => (text.trim() === '' ? new Map() : new Map([['ufw', parseTuples(text)]])),
}

export const rules: Question<'rule'> = {
  ask: 'rule',
  script: tuplesScript,
  parse: text => new Map(parseTuples(text).rules.map(({ behind: _, ...rule }) => [ruleKey(rule), rule])),
}

/**
 * FORWARD by standard input: packets meet DOCKER-USER before whatever Docker lets through. An engine that finds its containers running
 * puts its isolation in front, which lets nothing through.
 */
export const LED =
  "awk '/ -j DOCKER-USER$/ { led = 1; exit } / -j DOCKER-ISOLATION-STAGE-/ { next } / -j DOCKER/ { exit } END { exit !led }'"

/** Rules that nothing leads to are not in force. */
export const chains: Question<'chain'> = {
  ask: 'chain',
  script: probes =>
    keysOf(probes)
      .map(
        name => `for family in 4 6; do
  tables=iptables; if [ "$family" = 6 ]; then tables=ip6tables; fi
  command -v "$tables" >/dev/null || continue
  "$tables" -w 5 -S FORWARD 2>/dev/null | ${LED} || continue
  "$tables" -w 5 -S DOCKER-USER 2>/dev/null | grep -qx -- ${word(`-A DOCKER-USER -j ${name}`)} || continue
  "$tables" -w 5 -S ${word(name)} 2>/dev/null | sed "s/^/$family /"
done`,
      )
      .join('\n'),
  parse: (text, probes) =>
    new Map(
      keysOf(probes).flatMap(name => {
        const of = (family: string): ReadonlyArray<string> =>
          linesOf(text).flatMap(line => (line.startsWith(`${family} -A ${name} `) ? [line.slice(`${family} -A ${name} `.length)] : []))
        const isThere = (family: string): boolean => linesOf(text).includes(`${family} -N ${name}`)
        return isThere('4') && isThere('6') ? [[name, { ipv4: of('4'), ipv6: of('6') }] as const] : []
      }),
    ),
}
