import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { removeFileDurably } from '@easycerts/adapters/files'
import { runProcess } from '@easycerts/adapters/process'
import { EasycertsError, problemSchema } from '@easycerts/shared/errors'
import { parseJson } from '@easycerts/shared/encoding'
import { addDuration, type Clock, type Duration, hours } from '@easycerts/shared/time'
import * as v from 'valibot'
import { readLastBackup } from '../backup/last-backup.ts'
import type { BackupSettings, DataPaths } from '../config/index.ts'
import type { MaintenanceTask } from './maintenance-task.ts'

export interface ScheduledBackup {
  readonly settings: BackupSettings
  readonly cluster: string
  readonly paths: DataPaths
  /** This program, as it was started. */
  readonly programWords: readonly string[]
  readonly clock: Clock
  /** Resolves after a while, or at once when the server stops. */
  readonly sleep: (duration: Duration) => Promise<void>
}

/** A backup of a large database takes minutes, one over a slow network longer. */
const LONGEST = hours(6)

/**
 * None unless the configuration gives an interval. A process of its own makes the backup, so that
 * reading and encrypting the whole database takes nothing from issuance but a part of the CPU.
 */
export const scheduledBackup = (wish: ScheduledBackup): MaintenanceTask[] => {
  const { settings, paths, clock } = wish
  const { every, directory } = settings
  if (every === undefined || directory === undefined) return []
  const begin = clock()
  return [
    {
      name: 'backup',
      dueAt: () => {
        const last = readLastBackup(paths)
        return last ? addDuration(new Date(last.at), every) : begin
      },
      run: async () => {
        await runBackup(wish)
        await prune(directory, wish)
      },
    },
  ]
}

const runBackup = async ({ programWords, paths, sleep }: ScheduledBackup): Promise<void> => {
  const stopped = new AbortController()
  void sleep(LONGEST).then(() => stopped.abort())
  const argv = [...programWords, '--data-directory', paths.directory, '--output', 'json', 'backup']
  const { exitCode, stderr } = await runProcess(argv, { timeout: LONGEST, signal: stopped.signal })
  if (exitCode === 0) return
  const problem = v.safeParse(problemSchema, parseJson(stderr))
  const reason = problem.success ? problem.output.detail : `exit code ${String(exitCode)}`
  throw new EasycertsError('ERR_ACTION_FAILED', `no backup was made: ${reason}`)
}

/** Only files that this schedule named; the name begins with the time, so the order is that of age. */
const prune = async (
  directory: string,
  { cluster, settings }: Pick<ScheduledBackup, 'cluster' | 'settings'>,
): Promise<void> => {
  const own = new RegExp(`^${cluster}-\\d{8}T\\d{6}Z\\.backup\\.age$`)
  const names = (await readdir(directory)).filter((name) => own.test(name)).toSorted()
  for (const name of names.slice(0, -settings.keep)) await removeFileDurably(join(directory, name))
}
