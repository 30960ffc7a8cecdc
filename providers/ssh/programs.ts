import { word } from '../remote/words.js'

/** Runs programs of this machine. Every system has this shell, not every one bash. */
export const programs = async () => {
  const { $ } = await import('zx/core')
  return $({ shell: '/bin/sh', quote: word, prefix: '', postfix: '', nothrow: true, quiet: true })
}
