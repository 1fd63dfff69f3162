import { join } from 'node:path'
import { type CaServerProcess, type CommandResult, runCaServer } from './ca-server-process.ts'

/** Whoever may open the backups of a test: the file of the identity, and its recipient. */
export interface BackupReader {
  readonly identity: string
  readonly recipient: string
}

export const makeBackupReader = async (folder: string): Promise<BackupReader> => {
  const identity = join(folder, 'backup-identity')
  const made = await runCaServer(['--output', 'json', 'backup', 'keygen', '--out', identity])
  const { recipient } = JSON.parse(made.stdout) as { recipient: string }
  return { identity, recipient }
}

/** `backup`; the result may be a refusal. */
export const backUpTo = (
  ca: Pick<CaServerProcess, 'ca'>,
  out: string,
  { recipient }: BackupReader,
  ...more: readonly string[]
): Promise<CommandResult> => ca.ca(['backup', '--out', out, '--recipient', recipient, ...more])

export const verifyBackupFile = (
  file: string,
  { identity }: BackupReader,
  ...more: readonly string[]
): Promise<CommandResult> =>
  runCaServer(['--output', 'json', 'backup', 'verify', file, '--identity', identity, ...more])

/** `restore` into a directory that is not there yet; the result may be a refusal. */
export const restoreTo = (
  directory: string,
  file: string,
  { identity }: BackupReader,
  ...more: readonly string[]
): Promise<CommandResult> => {
  const to = ['--output', 'json', '--data-directory', directory]
  return runCaServer([...to, 'restore', file, '--identity', identity, ...more])
}
