import type * as t from 'io-ts'
import { Cron } from '../../specs/clock.js'
import { field, map, optional, pattern, spec } from '../../specs/codec.js'
import { duration } from '../../specs/duration.js'
import { VariableName } from '../../specs/name.js'
import { EnvironmentValue, Secret } from '../../specs/secret.js'
import { section } from '../section.js'

const Repository = pattern('repository', /^[\x21-\x7e]{1,400}$/, 'a repository as restic names it', 's3:s3.example.com/backups')

const Offsite = spec('offsite', {
  repository: field(Repository, 'Where copies go, as restic names it.', 's3:s3.example.com/backups'),
  password: field(Secret, 'What the copies are encrypted with. Keep it elsewhere too: without it they are worthless.', {
    file: 'secrets/restic',
  }),
  env: optional(map(VariableName, EnvironmentValue), {}, 'What restic needs to get there, as its environment.', {
    AWS_SECRET_ACCESS_KEY: { env: 'BACKUP_KEY' },
  }),
})

export const BackupSpec = section(
  'backup',
  {
    schedule: optional(Cron, '0 3 * * *', "When to back up: five cron fields in the host's time zone."),
    retention: optional(duration({ readings: ['d', 'h'], least: '1h' }), '7d', 'How long backups are kept.'),
    offsite: optional(Offsite, undefined, 'Copies elsewhere, by restic.'),
  },
  { instead: { retention_days: 'Write retention: 7d.' } },
)
export type BackupSpec = t.TypeOf<typeof BackupSpec>
