import { word } from '../remote/words.js'

/** What ssh prints is read. */
export const english = (): NodeJS.ProcessEnv => ({ ...process.env, LC_ALL: 'C' })

/**
 * Runs programs of this machine. Every system has this shell, not every one bash. In a session of their own they don't hear
 * Ctrl-C, which is for us: what is under way is waited for. Without an input of its own a program would be told, by zx, what the
 * one was told whose output made us start it.
 */
export const programs = async () => {
  const { $ } = await import('zx/core')
  return $({ shell: '/bin/sh', quote: word, prefix: '', postfix: '', nothrow: true, quiet: true, detached: true, input: '' })
}
