import { BROKEN, type Codec, pattern, scalar, text, whole } from './codec.js'

export const Port: Codec<number> = whole(1, 65535, 'a port from 1 to 65535')

/** It becomes part of names of machines, networks and containers, which are limited to 63 characters. */
export const EnvironmentName: Codec<string> = scalar(
  'name',
  'a name of a-z, 0-9 and dashes, at most 40',
  { type: 'string', pattern: '^[a-z]([a-z0-9]|-(?=[a-z0-9])){0,39}$', examples: ['demo'] },
  (input, at) => {
    const name = text.read(input, at)
    if (name === BROKEN) return BROKEN
    const trouble = nameTrouble(name)
    return trouble === undefined
      ? name
      : at.error('NAME_INVALID', trouble, 'Expected a-z, 0-9 and single dashes, at most 40, such as demo.')
  },
)

const nameTrouble = (name: string): string | undefined => {
  if (name.length > 40) return `${name.length} characters are too many.`
  if (/[A-Z]/.test(name)) return 'there are capitals in it.'
  if (/[^a-z0-9-]/.test(name)) return 'there are other characters in it.'
  if (!/^[a-z]/.test(name)) return 'it starts with something else than a letter.'
  return name.endsWith('-') || name.includes('--') ? 'a dash stands at its end or beside another.' : undefined
}

/** What providers take as the name of a machine. */
export const InstanceName = pattern(
  'instance',
  /^[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/,
  'a name of letters, digits and dashes that starts with a letter, at most 63',
  'tracker-1',
)

export const HostLabel = pattern(
  'hostname',
  /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/,
  'a host name in lower case',
  'tracker-1',
)

export const UserName = pattern('user', /^[a-z_][a-z0-9_-]{0,31}$/, 'a user name of a-z, 0-9, _ and -, at most 32', 'torrust')

export const VariableName = pattern('variable', /^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable', 'TRACKER_TOKEN')

/** A name in a database: quoted there, and still kept simple, since it also goes into URLs. */
export const DatabaseName = pattern(
  'database',
  /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/,
  'a name of letters, digits, _ and -, at most 64',
  'tracker',
)

export const DatabaseUser = pattern(
  'database user',
  /^(?![Rr][Oo][Oo][Tt]$)[A-Za-z_][A-Za-z0-9_-]{0,31}$/,
  'a user of letters, digits, _ and -, at most 32, and not root, which may do anything to every database',
  'tracker',
)

const SETTING = /^[a-z0-9_]+(?:[.][A-Za-z0-9_-]+)+$/

export const SysctlKey: Codec<string> = scalar(
  'sysctl',
  "the kernel's name of a setting",
  { type: 'string', pattern: SETTING.source, examples: ['net.core.rmem_max'] },
  (input, at) =>
    typeof input === 'string' && SETTING.test(input)
      ? input
      : at.error(
          'VALUE_INVALID',
          "not the kernel's name of a setting.",
          'Expected one such as net.core.rmem_max; TOML wants it in quotes.',
        ),
)

export const SysctlValue: Codec<string> = scalar(
  'sysctl value',
  'a number or text on one line',
  { type: ['integer', 'string'], examples: [8388608] },
  (input, at) => {
    if (Number.isSafeInteger(input)) return `${input}`
    if (typeof input === 'string' && /^[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?$/.test(input)) return input.replace(/[ \t]+/g, ' ')
    return at.error('VALUE_INVALID', 'not a value that the kernel takes.', 'Expected a number or text on one line.')
  },
)

/** An absolute path of the host, without detours. */
export const HostPath: Codec<string> = scalar(
  'path',
  'an absolute path such as /opt/torrust',
  { type: 'string', pattern: '^/[A-Za-z0-9._/-]+$', examples: ['/opt/torrust'] },
  (input, at) => {
    const written = text.read(input, at)
    if (written === BROKEN) return BROKEN
    const parts = written.split('/').slice(1)
    const path = written.length > 1 ? written.replace(/\/$/, '') : written
    if (!/^\/[A-Za-z0-9._/-]+$/.test(written))
      return at.error('VALUE_INVALID', 'not an absolute path.', 'Expected one such as /opt/torrust.')
    if (parts.slice(0, -1).includes('') || parts.includes('..') || parts.includes('.'))
      return at.error('VALUE_INVALID', 'this path has detours.', 'Expected one without "..", "." and "//".')
    return path
  },
)
