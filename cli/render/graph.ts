import { clean, upTo } from './text.js'

export const GRAPH_FORMATS = ['text', 'mermaid', 'dot'] as const
export type GraphFormat = (typeof GRAPH_FORMATS)[number]

export interface GraphNode {
  readonly addr: string
}
/** `from` comes first. */
export interface GraphEdge {
  readonly from: string
  readonly to: string
}

export const renderGraph = (nodes: ReadonlyArray<GraphNode>, edges: ReadonlyArray<GraphEdge>, format: GraphFormat): string =>
  FORMATS[format](nodes, edges)

type Drawing = (nodes: ReadonlyArray<GraphNode>, edges: ReadonlyArray<GraphEdge>) => string

/** One line a resource, in order, with what it comes after. */
const text: Drawing = (nodes, edges) => {
  const before = new Map<string, string[]>()
  for (const { from, to } of edges) before.set(to, [...(before.get(to) ?? []), from])
  const column = nodes.reduce((most, { addr }) => Math.max(most, addr.length + 2), 20)
  return nodes
    .map(({ addr }) => {
      const first = before.get(addr)
      return `${first === undefined ? clean(addr) : `${upTo(clean(addr), column)}after ${first.map(clean).join(', ')}`}\n`
    })
    .join('')
}

/** Identifiers are numbers: names with dots or dashes mean something in Mermaid. */
const mermaid: Drawing = (nodes, edges) => {
  const ids = new Map(nodes.map(({ addr }, at) => [addr, `n${at}`]))
  const label = (addr: string): string => clean(addr).replaceAll('"', '#quot;')
  return [
    'flowchart LR',
    ...nodes.map(({ addr }) => `  ${ids.get(addr)}["${label(addr)}"]`),
    ...edges.flatMap(({ from, to }) => (ids.has(from) && ids.has(to) ? [`  ${ids.get(from)} --> ${ids.get(to)}`] : [])),
    '',
  ].join('\n')
}

const dot: Drawing = (nodes, edges) => {
  const name = (addr: string): string => `"${clean(addr).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
  return [
    'digraph deployer {',
    '  rankdir=LR',
    '  node [shape=box]',
    ...nodes.map(({ addr }) => `  ${name(addr)}`),
    ...edges.map(({ from, to }) => `  ${name(from)} -> ${name(to)}`),
    '}',
    '',
  ].join('\n')
}

const FORMATS: { readonly [F in GraphFormat]: Drawing } = { text, mermaid, dot }
