import type { Change, Owned } from '../../contract.js'
import type { Sealed } from '../seal.js'
import type { Kept, View } from '../view.js'

const UNIT_FILE = /^\/etc\/systemd\/system\/([^/]+\.(?:service|socket|timer|path))$/
/** What nothing asks for at boot has nothing to be enabled by, and counts as enabled. */
export const isStatic = (content: string | undefined): boolean => content !== undefined && !/^\[Install\]/m.test(content)
const CRON_FILE = /^\/etc\/cron\.d\/[^/]+$/

const linesOf = (content: string): ReadonlyArray<string> => content.split('\n').filter(line => line.trim() !== '' && !line.startsWith('#'))

export const fileOf = ({ mode, owner, group }: Owned, content: Sealed): Kept<'file'> =>
  typeof content === 'string' ? { mode, owner, group, content } : { mode, owner, group, ...content }

/** A file, and what comes with it where cron and systemd look. */
export const putFile = (view: View, path: string, file: Kept<'file'>): ReadonlyArray<Change> => {
  const unit = UNIT_FILE.exec(path)?.[1]
  return [
    ...(CRON_FILE.test(path) ? [{ ask: 'cron', key: path, to: { lines: linesOf(file.content ?? '') } } as const] : []),
    ...(unit !== undefined && view.at('unit', unit) === undefined
      ? [{ ask: 'unit', key: unit, to: { active: false, enabled: isStatic(file.content) } } as const]
      : []),
    { ask: 'file', key: path, to: file },
  ]
}

const removeFile = (view: View, path: string): ReadonlyArray<Change> => {
  const unit = UNIT_FILE.exec(path)?.[1]
  return [
    ...(view.at('file', path) === undefined ? [] : [{ ask: 'file', key: path, to: undefined } as const]),
    ...(view.at('cron', path) === undefined ? [] : [{ ask: 'cron', key: path, to: undefined } as const]),
    ...(unit === undefined || view.at('unit', unit) === undefined ? [] : [{ ask: 'unit', key: unit, to: undefined } as const]),
  ]
}

/** A file, or a folder from the inside out, as `rm -r` does it. */
export const removePath = (view: View, path: string): ReadonlyArray<Change> => {
  if (view.at('dir', path) === undefined) return removeFile(view, path)
  const below = (key: string): boolean => key.startsWith(`${path}/`)
  const dirs = [...view.keys('dir')].filter(below).sort((a, b) => b.length - a.length || (a < b ? -1 : 1))
  return [
    ...[...view.keys('file')].filter(below).flatMap(file => removeFile(view, file)),
    ...dirs.map((dir): Change => ({ ask: 'dir', key: dir, to: undefined })),
    { ask: 'dir', key: path, to: undefined },
  ]
}

/** A schedule counts when it is loaded, and it is loaded once its file is there. */
export const putCron = (view: View, path: string, lines: ReadonlyArray<string>): ReadonlyArray<Change> => {
  const file = { mode: '0644', owner: 'root', group: 'root', content: lines.map(line => `${line}\n`).join('') }
  const changes = putFile(view, path, file).filter(({ ask }) => ask !== 'cron')
  return [...changes, { ask: 'cron', key: path, to: { lines } }]
}
