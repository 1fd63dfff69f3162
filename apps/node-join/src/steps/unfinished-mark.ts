import { dirname } from 'node:path'
import { ensureDirectory, removeFileDurably, writeFileDurably } from '@easycerts/adapters/files'
import { existsOn, type Machine, pathOn } from '../machine/index.ts'

/**
 * Stands from before the first file is replaced until every service has been told. A run that finds
 * it cannot know which of the files that are right by now were read by whom.
 */
export const MARK = '/var/lib/easycerts/join-unfinished'

export const isMarkedUnfinished = (machine: Machine): boolean => existsOn(machine, MARK)

export const markUnfinished = async (machine: Machine): Promise<void> => {
  const path = pathOn(machine, MARK)
  await ensureDirectory(dirname(path), 0o755)
  await writeFileDurably({ path, content: 'node-join was cut short: run it again\n', mode: 0o600 })
}

export const markFinished = async (machine: Machine): Promise<void> => {
  await removeFileDurably(pathOn(machine, MARK))
}
