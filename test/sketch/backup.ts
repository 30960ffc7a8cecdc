import type { Facts } from '../../engine/contract.js'
import { NONE } from '../../engine/diff.js'
import { BackupSpec } from '../../resources/backup/spec.js'
import { factsOf } from '../../resources/facts.js'
import { kind } from '../../resources/kind.js'
import { claimsOf, differing, fieldsOf, filesOf, type Part, probesOf, readParts, type SeenParts, stepsOf } from '../../resources/part.js'
import { envFile, folder, text } from '../../resources/texts.js'

interface BackupWanted {
  readonly parts: ReadonlyArray<Part>
  readonly says: string
}
const HOST = 'vm.main'
const HOME = '/opt/torrust/backup'
const COPY = {
  copy: (path: string) => `cp -a '${path}' "$to"`,
  sqlite: (path: string) => `sqlite3 '${path}' ".backup '$to/database.sqlite'"`,
  mysql: () => 'docker compose exec -T mysql mysqldump --all-databases > "$to/mysql.sql"',
}

const script = (facts: Facts): string =>
  ['#!/bin/sh', 'set -eu', `to=${HOME}/new`, ...factsOf(facts, 'data').map(({ how, path }) => COPY[how](path)), ''].join('\n')

/** Everything of it is on the host; what it saved is data, and nothing of it is in the parts. */
export const backup = kind<BackupSpec, BackupWanted, SeenParts>({
  kind: 'backup',
  after: ['tracker', 'mysql'],
  codec: BackupSpec,
  want: (_, { schedule, offsite }, facts) => ({
    says: schedule,
    parts: [
      folder(HOME),
      { ...text(`${HOME}/backup.sh`, script(facts)), mode: '0750' },
      ...(offsite === undefined
        ? []
        : [envFile(`${HOME}/restic.env`, { RESTIC_PASSWORD: [{ secret: offsite.password.secret, as: ['env'] }] })]),
      { what: 'dir', path: '/etc/cron.d', mode: '0755', owner: 'root', group: 'root' },
      { what: 'cron', hold: 'own', path: '/etc/cron.d/deployer-backup', lines: [`${schedule} root ${HOME}/backup.sh`] },
    ],
  }),
  sentence: ({ says }) => says,
  claims: ({ parts }) => claimsOf(HOST, parts),
  probes: ({ parts }) => probesOf(HOST, parts),
  read: ({ parts }, answers) => {
    const seen = readParts(HOST, parts, answers)
    return Object.values(seen).every(value => value === null) ? undefined : seen
  },
  diff: ({ parts }, seen) => {
    const changed = differing(parts, seen)
    if (changed.length === 0) return NONE
    return { action: seen === undefined ? 'create' : 'update', fields: fieldsOf(changed, seen), files: filesOf(changed, seen) }
  },
  steps: ({ parts }, seen) => stepsOf(HOST, differing(parts, seen)),
})
