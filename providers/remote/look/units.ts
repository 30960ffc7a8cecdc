import { words } from '../words.js'
import { keysOf, linesOf, type Question, Unread } from './question.js'

/** What starts at boot, whoever asks for it. */
const ENABLED = new Set(['enabled', 'enabled-runtime', 'static', 'alias', 'generated', 'linked', 'linked-runtime'])
const ACTIVE = new Set(['active', 'reloading', 'refreshing'])

/** Blocks come in the order of the names; a unit's own Id may be another, where the name is an alias. */
export const units: Question<'unit'> = {
  ask: 'unit',
  script: probes => `systemctl show -p LoadState -p ActiveState -p UnitFileState -- ${words(keysOf(probes))}`,
  parse: (text, probes) => {
    const keys = keysOf(probes)
    const blocks = text.trim().split(/\n\n+/)
    if (blocks.length !== keys.length) throw new Unread(`${keys.length} units were asked for, ${blocks.length} answered`)
    return new Map(
      blocks.flatMap((block, index) => {
        const fields = new Map(linesOf(block).map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]))
        if (!fields.has('LoadState')) throw new Unread('a unit has no state')
        if (fields.get('LoadState') === 'not-found') return []
        const active = ACTIVE.has(fields.get('ActiveState') ?? '')
        const file = fields.get('UnitFileState') ?? ''
        const masked = file.startsWith('masked') ? ({ masked: true } as const) : {}
        return [[keys[index] ?? '', { active, enabled: ENABLED.has(file), ...masked }] as const]
      }),
    )
  },
}
