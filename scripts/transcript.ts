import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Session } from './session.js'

/**
 * A page is one session in an empty folder, from its first to its last line. A comment says what happens, and the fenced block
 * behind it is what is seen:
 *
 *     write: FILE        its text is the block, or the rest of the comment
 *     run: COMMAND       the block becomes the command and what it shows; `<- TEXT` is what is typed when it asks
 *     do: COMMAND        the same out of sight; there is no block
 */
const PART = /^(<!-- (write|run|do):\s([\s\S]*?)\s-->)(?:\n(```)\w*\n([\s\S]*?)\4$)?/gm

/** The page as it should be: what it shows of commands is what they show today. */
export const filled = async (page: string): Promise<string> => {
  const session = new Session()
  try {
    const parts: string[] = []
    let end = 0
    for (const part of page.matchAll(PART)) {
      parts.push(page.slice(end, part.index), await partOf(part, session))
      end = part.index + part[0].length
    }
    return parts.join('') + page.slice(end)
  } finally {
    session.close()
  }
}

/** The pages for users that show what commands show. */
export const transcriptsIn = (root: string): ReadonlyArray<string> => {
  const pages = readdirSync(join(root, 'docs')).map(name => `docs/${name}`)
  return ['README.md', ...pages.sort()].filter(file => file.endsWith('.md') && /^<!-- run:/m.test(readFileSync(join(root, file), 'utf8')))
}

const partOf = async ([whole, comment = '', does, says = '', fence, block]: RegExpExecArray, session: Session): Promise<string> => {
  const [first = '', ...rest] = says.split('\n')
  if (does === 'write') {
    session.write(first, block ?? `${rest.join('\n')}\n`)
    return whole
  }
  const shown: string[] = []
  for (const line of says.split('\n')) {
    const [command = '', ...answers] = line.split(' <- ')
    shown.push(`$ ${command}\n${await session.run(command, answers)}`)
    if (does === 'do' && session.code !== 0) throw new Error(`${command} ended with ${session.code}: ${shown.at(-1)}`)
  }
  if (does === 'do') return whole
  if (fence === undefined) throw new Error(`no block behind: ${says}`)
  return `${comment}\n\`\`\`console\n${shown.join('\n')}\`\`\``
}
