import type { View } from '../view.js'

/** The ports that sshd's files tell it; undefined: it cannot read them. */
export const toldPorts = (view: View): ReadonlyArray<number> | undefined => {
  const files = [...view.keys('file')].filter(path => /^\/etc\/ssh\/sshd_config\.d\/[^/]+\.conf$/.test(path))
  const words = files.flatMap(path => [...(view.at('file', path)?.content ?? '').matchAll(/^Port (.*)$/gm)].map(([, word]) => word ?? ''))
  if (words.some(word => !/^\d+$/.test(word))) return undefined
  const ports = [...new Set(words.map(Number))].sort((a, b) => a - b)
  return ports.length === 0 ? [22] : ports
}
