import { KEPT } from '../place.js'
import { words } from '../words.js'
import { keysOf, linesOf, type Question } from './question.js'

export const undos: Question<'undo'> = {
  ask: 'undo',
  script: probes => `for u in ${words(keysOf(probes))}; do
  if read -r seconds 2>/dev/null <"${KEPT}/undo/$u/seconds"; then printf '%s %s\\n' "$seconds" "$u"; fi
done`,
  parse: text => new Map(linesOf(text).map(line => [line.slice(line.indexOf(' ') + 1), { seconds: Number.parseInt(line, 10) }] as const)),
}
