import { existsSync } from 'node:fs'
import { rename, rmdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { discardTemporariesOf, removeFileDurably, syncDirectory } from '@easycerts/adapters/files'
import { isEasycertsError, reasonOf, wrapError } from '@easycerts/shared/errors'
import type { AdoptionMachine } from './adoption-machine.ts'
import {
  adoptionPaths,
  type AdoptionRecord,
  removeAdoption,
  saveAdoption,
} from './adoption-record.ts'
import { CA_SERVER_UNIT } from './ca-server-unit.ts'
import { changeHolder } from './takeover/change-holder.ts'

/**
 * The machine as it was before an adoption, from wherever that, or an earlier try of this, was
 * stopped. The data directory is moved aside, never deleted: it knows what was issued.
 */
export const putBack = async (machine: AdoptionMachine, record: AdoptionRecord): Promise<void> => {
  const { dataDirectory, files, directories, isEnabled } = record
  await saveAdoption({ ...record, state: 'undoing' })
  await giveBack(machine, record)
  if (isEnabled) await machine.services.disable([CA_SERVER_UNIT]).catch(unlessFailed)
  for (const path of files) if (existsSync(path)) await removeFileDurably(path)
  await discardTemporariesOf(files)
  for (const path of directories) await rmdir(path).catch(unlessGone)
  await machine.services.daemonReload()
  if (existsSync(dataDirectory)) await moveAside(record)
  await removeAdoption(dataDirectory)
}

/** Port and services: once the old one runs again, and ours does not, there is nothing to do. */
const giveBack = async (
  { services, hold }: AdoptionMachine,
  { dataDirectory, takeover, wasActive }: AdoptionRecord,
): Promise<void> => {
  const { mark } = adoptionPaths(dataDirectory)
  const turn = async (): Promise<void> => {
    if (existsSync(mark)) await removeFileDurably(mark)
  }
  const isOurs = await services.isActive(CA_SERVER_UNIT)
  const isBack = takeover === null || !wasActive || (await services.isActive(takeover.unit))
  if (isBack) {
    // Of an import that was killed as it held connections back.
    if (takeover !== null) await (await hold(takeover.port)).release()
    if (isOurs) await services.stop(CA_SERVER_UNIT)
    return turn()
  }
  await changeHolder(
    { services, hold },
    { takeover, from: CA_SERVER_UNIT, to: takeover.unit, turn },
  )
}

const moveAside = async ({ dataDirectory, aside }: AdoptionRecord): Promise<void> => {
  try {
    await rename(dataDirectory, aside)
    await syncDirectory(dirname(dataDirectory))
  } catch (error) {
    throw wrapError('ERR_FILE_NOT_WRITABLE', `cannot move ${dataDirectory} aside`, error)
  }
}

/** A unit that was never enabled cannot be disabled. */
const unlessFailed = (error: unknown): void => {
  if (!isEasycertsError(error)) throw error
}

const unlessGone = (error: unknown): void => {
  if (!['ENOENT', 'ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(reasonOf(error)))
    throw wrapError('ERR_FILE_NOT_WRITABLE', 'cannot remove a directory of the import', error)
}
