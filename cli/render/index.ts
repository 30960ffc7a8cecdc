/**
 * Everything that people see as text. Pure functions over values: a `Look` says for whom, and where nobody looks through a terminal
 * equal values are equal bytes. Every text ends its last line, so it is written as it is; what shows nothing is ''.
 *
 *   renderPlan(plan, look, told?): string
 *   renderReport(report, plan, look, told?): { stderr, stdout }
 *   renderFault(fault, look): string
 *   renderIssues(issues, look): string                  warnings on their own
 *   renderProblems(file, issues, look): string          the result of validate, with the line that counts
 *   renderStep(step): string                            one line, and below it what the step carries; no final newline
 *   progress({ write, terminal, columns(), rows(), color, unicode, now, every, json? }): { on(event), close() }
 *   renderTable(columns, rows, look): string
 *   renderGraph(nodes, edges, 'text' | 'mermaid' | 'dot'): string
 *   renderGreeting(ways, look): string                  no environment in reach
 *   renderHere(here, look): string                      beside an environment
 *   renderValue(value), renderText(text): string        on one line; secrets of a text by name
 *   tookWord(s), elapsedWord(s), agoWord(s), sizeWord(bytes), countWord(n, noun), allWord(words)
 *
 * Import the file that has what is needed, not this one: a command loads no more than it shows.
 */
export { renderFault, renderIssues, renderProblems } from './fault.js'
export { GRAPH_FORMATS, type GraphEdge, type GraphFormat, type GraphNode, renderGraph } from './graph.js'
export { type Here, renderGreeting, renderHere, type Way } from './greeting.js'
export { type Look, PLAIN, type Told } from './look.js'
export { renderPlan } from './plan.js'
export { type Progress, type ProgressInput, progress } from './progress.js'
export { type Rendered, renderReport } from './report.js'
export { renderStep, stepContents, stepWords } from './steps.js'
export { renderTable } from './table.js'
export { renderText, renderValue } from './value.js'
export { agoWord, allWord, countWord, elapsedWord, sizeWord, tookWord } from './words.js'
