import { Command, Option } from 'clipanion'
import { kinds } from '../../resources/registry.js'
import { type Attempt, attempt, fail, need } from '../../specs/fp.js'
import type { Json } from '../../specs/json.js'
import { didYouMean } from '../../specs/near.js'
import { openEnvironment } from '../environment.js'
import { EnvironmentCommand } from '../file-command.js'
import { GRAPH_FORMATS, type GraphEdge, type GraphFormat, type GraphNode, renderGraph } from '../render/graph.js'
import { usage } from '../usage.js'

interface Graph {
  readonly environment: string
  readonly nodes: ReadonlyArray<GraphNode>
  readonly edges: ReadonlyArray<GraphEdge>
  /** Sections that this version cannot act on yet. */
  readonly unhandled: ReadonlyArray<string>
}

export class GraphCommand extends EnvironmentCommand {
  static override paths = [['graph']]
  static override usage = Command.Usage({
    category: 'Environment',
    description: 'draw what depends on what',
    details: 'Sections that this version cannot act on yet are left out, and named on stderr.',
    examples: [
      ['As text', '$0 graph'],
      ['For a README', '$0 graph --format mermaid'],
      ['As a picture', '$0 graph --format dot | dot -Tsvg > graph.svg'],
    ],
  })

  format = Option.String('--format', 'text', { description: 'FORMAT is text, mermaid or dot.' })

  override execute(): Promise<number> {
    return this.finish(this.graph(), {
      text: ({ nodes, edges, unhandled, format }) => {
        if (unhandled.length > 0) this.note(`Not in this version yet, so not drawn: ${unhandled.join(', ')}\n`)
        return renderGraph(nodes, edges, format)
      },
      json: ({ format: _, ...graph }) => graph as unknown as Json,
    })
  }

  private graph(): Attempt<Graph & { readonly format: GraphFormat }> {
    return attempt(async () => {
      const format = GRAPH_FORMATS.find(one => one === this.format)
      if (format === undefined) return need(fail(usage(whyNot(this.format), 'deployer graph --format text|mermaid|dot')))
      const { wish, warnings } = await need(openEnvironment(this.context, await need(this.typed)))
      this.warnings.push(...warnings)
      const nodes = wish.resources.map(({ addr }) => ({ addr }))
      const edges = wish.resources.flatMap(({ addr, kind }) =>
        wish.resources.filter(other => kinds.get(kind)?.after.includes(other.kind)).map(other => ({ from: other.addr, to: addr })),
      )
      return { environment: wish.environment, nodes, edges, unhandled: wish.unhandled, format }
    })
  }
}

const whyNot = (format: string): string => {
  const near = didYouMean(format, GRAPH_FORMATS)
  return `there is no format ${format}${near === undefined ? '' : `. ${near}`}`
}
