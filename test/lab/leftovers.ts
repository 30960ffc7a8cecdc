import { asRoot, run } from './run.js'

const clear = async (program: 'iptables' | 'ip6tables', network: string): Promise<void> => {
  const { stdout } = await run(asRoot([`${program}-save`]))
  let table = ''
  for (const line of stdout.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1)
    if (!line.startsWith('-A ') || !line.includes(`"generated for LXD network ${network}"`)) continue
    const words = (line.slice(3).match(/"[^"]*"|\S+/g) ?? []).map(word => word.replaceAll('"', ''))
    await run(asRoot([program, '-t', table, '-D', ...words]))
  }
}

/** LXD's rules for a network: a killed LXD leaves them for the next one to double, and LXD 5.0 stumbles over them when it deletes. */
export const clearRules = async (network: string): Promise<void> => {
  await clear('iptables', network)
  await clear('ip6tables', network)
}
