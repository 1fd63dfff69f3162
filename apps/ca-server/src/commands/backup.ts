import { join, resolve } from 'node:path'
import { createOperatorClient } from '@easycerts/adapters/ca-client'
import { readTextFile } from '@easycerts/adapters/files'
import { isEasycertsError } from '@easycerts/shared/errors'
import {
  type BackupReport,
  createBackup,
  parseRecipient,
  writeLastBackup,
} from '../backup/index.ts'
import { type DataPaths, dataPaths, parseCaServerConfig } from '../config/index.ts'
import { checkDataDirectory } from '../data-directory/index.ts'
import { readProtectionRecord } from '../key-store/index.ts'
import { protectionOf } from './choose-protection.ts'
import type { CommandContext, GlobalOptions } from './command-context.ts'

export interface BackupOptions extends GlobalOptions {
  readonly out?: string
  readonly recipient: readonly string[]
  /** False for `--without-keys`; undefined leaves it to the configuration. */
  readonly withoutKeys?: boolean
}

/** `ca-server backup`: beside a running server or without one. */
export const runBackup = async (context: CommandContext, options: BackupOptions): Promise<void> => {
  const paths = dataPaths(options.dataDirectory)
  checkDataDirectory(paths, context.uid)
  const { backup, cluster } = parseCaServerConfig(paths.config, readTextFile(paths.config))
  const recipients = options.recipient.length > 0 ? options.recipient : backup.recipients
  const at = context.clock()
  const name = `${cluster.name}-${at.toISOString().replace(/[-:]|\.\d+/g, '')}.backup.age`
  const report = await createBackup({
    paths,
    cluster: cluster.name,
    out: resolve(options.out ?? join(backup.directory ?? '', name)),
    recipients: recipients.map(parseRecipient),
    withKeys: options.withoutKeys !== true && backup.keys === 'included',
    openKek: kekOpenerOf(context, paths),
    clock: context.clock,
  })
  await writeLastBackup(paths, { at: report.manifest.createdAt, file: report.out })
  const isLogged = await tellServer(paths, report)
  await showReport(context, report, isLogged)
}

/** Only what systemd sealed opens nowhere else; a passphrase goes with its operator. */
const kekOpenerOf = (context: CommandContext, paths: DataPaths) =>
  readProtectionRecord(paths, context.uid).method === 'systemd-creds'
    ? () => protectionOf(context, paths, {}).open(paths)
    : undefined

/** Who takes a copy of the keys stands in the log; without a server nobody can write there. */
const tellServer = async (paths: DataPaths, { manifest, out }: BackupReport): Promise<boolean> => {
  const client = createOperatorClient({ socketPath: paths.operatorSocket })
  try {
    const { keys, log } = manifest
    await client.call('backupMade', { body: { file: out, keys, logSize: log.size } })
    return true
  } catch (error) {
    if (isEasycertsError(error) && error.code === 'ERR_SERVER_NOT_RUNNING') return false
    throw error
  }
}

const showReport = (
  { terminal }: CommandContext,
  { manifest, out, size }: BackupReport,
  isLogged: boolean,
): Promise<void> => {
  const { files, ...summary } = manifest
  return terminal.result(
    { path: out, size, logged: isLogged, files: files.map(({ name }) => name), ...summary },
    () =>
      [
        `Backup of cluster "${manifest.cluster}" in ${out} (${size} octets), ${
          manifest.keys === 'included' ? 'with the keys' : 'without the keys'
        }.`,
        `Log: ${manifest.log.size} entries, epoch ${manifest.store.epoch}.`,
        `Check it where the identity is: ca-server backup verify ${out} --identity FILE`,
      ].join('\n'),
  )
}
