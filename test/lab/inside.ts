import { type Ran, type RunOptions, run } from './run.js'
import { Trouble } from './trouble.js'

const END = '\x04the end\x04'

/**
 * LXD 5.0 loses what a program prints right before it ends, once in some hundred times on a loaded machine, and says
 * that all went well. So the end of what is printed is marked, and the shell around the program stays until it came.
 */
const HELD = `IFS= read -r input; printf %s "$input" | base64 -d | "$@"
code=$?; printf '${END}'; printf '${END}' >&2; read -r _; exit $code`

/** As root on a machine, and not over ssh; nothing of what it prints is lost. */
export const ranInside = async (
  machine: string,
  argv: ReadonlyArray<string>,
  { input = '', ...options }: RunOptions = {},
): Promise<Ran> => {
  const { code, stdout, stderr } = await run(['lxc', 'exec', '-T', machine, '--', 'sh', '-c', HELD, 'sh', ...argv], {
    ...options,
    input: `${Buffer.from(input).toString('base64')}\n`,
    heldUntil: END,
  })
  return { code, stdout: stdout.replace(END, ''), stderr: stderr.replace(END, '') }
}

/** What a script printed that has to succeed. */
export const inside = async (machine: string, script: string, options: RunOptions = {}): Promise<string> => {
  const { code, stdout, stderr } = await ranInside(machine, ['sh', '-c', script], options)
  if (code === 0) return stdout
  throw new Trouble(`this ended with ${code} on ${machine}:\n${script}\n${stdout}${stderr}`, `look at it: lxc shell ${machine}`)
}
