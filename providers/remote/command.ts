import { words } from './words.js'

/**
 * For a login shell of any sort, which reads only letters and digits. The shell inside stays to tell a signal by its exit code,
 * and leaves what is typed to the command.
 */
export const commandLine = (argv: ReadonlyArray<string>, root: boolean): string => {
  const command = root ? `sudo -n -- /bin/sh -c 'exec "$@"' sh ${words(argv)}` : words(argv)
  const script = `trap : INT QUIT TERM\n(exec ${command})\nexit $?\n`
  return `exec /bin/sh -c 'eval "$(echo ${Buffer.from(script).toString('base64')} | base64 -d)"'`
}
