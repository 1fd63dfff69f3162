import { EasycertsError } from '@easycerts/shared/errors'
import { decideExpiration, type Expiration, oldestBackupAllowed } from '@easycerts/shared/renewal'
import { describeDuration, type Duration, parseDuration } from '@easycerts/shared/time'
import { readTextFile } from '@easycerts/adapters/files'
import type { ExpiringItem } from '../authority/index.ts'
import { readLastBackup } from '../backup/last-backup.ts'
import { dataPaths, parseCaServerConfig } from '../config/index.ts'
import { checkDataDirectory } from '../data-directory/index.ts'
import { collectExpirations } from './collect-expirations.ts'
import type { CommandContext, GlobalOptions } from './command-context.ts'

export interface CheckExpirationOptions extends GlobalOptions {
  readonly within: string
  /** Only what is not ok. */
  readonly near?: boolean
}

type CheckedItem = ExpiringItem & { readonly state: Expiration }

interface BackupState {
  readonly at: string | null
  readonly file: string | null
  readonly state: 'ok' | 'overdue' | 'none'
}

/**
 * `ca-server check-expiration`: over the operator's socket, or of the database where no server runs.
 * ERR_EXPIRATION_NEAR after the result if somebody should look.
 */
export const runCheckExpiration = async (
  context: CommandContext,
  options: CheckExpirationOptions,
): Promise<void> => {
  const within = parseDuration(options.within)
  const now = context.clock()
  const items = (await collectExpirations(options.dataDirectory, now)).map((item) =>
    check(item, now, within),
  )
  const backup = backupState(context, options.dataDirectory, now)
  const shown = options.near === true ? items.filter(({ state }) => state !== 'ok') : items
  await context.terminal.result({ items: shown, backup }, () => textOf(context, shown, backup, now))
  refuseNear(items, backup)
}

const check = (item: ExpiringItem, now: Date, within: Duration): CheckedItem => {
  const validity = { notBefore: new Date(item.notBefore), notAfter: new Date(item.notAfter) }
  return { ...item, state: decideExpiration(validity, now, within) }
}

/** Nobody renews a person's certificate by itself, so its end alarms nobody. */
const refuseNear = (items: readonly CheckedItem[], backup: BackupState): void => {
  const counted = items.filter(({ kind }) => kind !== 'person')
  const near = counted.filter(({ state }) => state !== 'ok').length
  const parts = [
    ...(near > 0 ? [`${near} of ${counted.length} certificates end soon or have ended`] : []),
    ...(backup.state === 'overdue' ? ['the last backup is too old'] : []),
  ]
  if (parts.length > 0) throw new EasycertsError('ERR_EXPIRATION_NEAR', parts.join(', and '))
}

const backupState = (context: CommandContext, directory: string, now: Date): BackupState => {
  const paths = dataPaths(directory)
  checkDataDirectory(paths, context.uid)
  const { backup } = parseCaServerConfig(paths.config, readTextFile(paths.config))
  const last = readLastBackup(paths)
  const oldest = oldestBackupAllowed(now, backup.every)
  const isOverdue = oldest !== undefined && (!last || new Date(last.at) < oldest)
  return {
    at: last?.at ?? null,
    file: last?.file ?? null,
    state: isOverdue ? 'overdue' : last ? 'ok' : 'none',
  }
}

const textOf = async (
  { terminal }: CommandContext,
  items: readonly CheckedItem[],
  backup: BackupState,
  now: Date,
): Promise<string> => {
  const rows = items.map(({ kind, name, profile, state, notAfter }) => {
    const left = new Date(notAfter).getTime() - now.getTime()
    const ends = left < 0 ? `${describeDuration(-left)} ago` : `in ${describeDuration(left)}`
    return [kind, name, profile, state, ends, notAfter]
  })
  const made =
    backup.at === null
      ? 'none yet'
      : `${describeDuration(now.getTime() - new Date(backup.at).getTime())} ago, ${backup.file ?? ''}`
  return [
    await terminal.table(['KIND', 'NAME', 'PROFILE', 'STATE', 'ENDS', 'NOT AFTER'], rows),
    `Last backup: ${made}${backup.state === 'overdue' ? ' (overdue)' : ''}`,
  ].join('\n')
}
