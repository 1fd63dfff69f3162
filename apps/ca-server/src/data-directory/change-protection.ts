import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type FileWrite,
  loadOwnerIds,
  publishFiles,
  readSecretFile,
  recoverPublications,
  removeFileDurably,
} from '@easycerts/adapters/files'
import { EasycertsError } from '@easycerts/shared/errors'
import type { DataPaths } from '../config/data-paths.ts'
import { formatKeyFile, type KeyProtection, parseKeyFile } from '../key-store/index.ts'

/** Names the publication of all key files together. */
const SET = 'keys'

export interface ProtectionChange {
  readonly from: KeyProtection
  readonly to: KeyProtection
  readonly uid: number
}

/**
 * Puts every key file of a directory under another protection, all or none, whenever it is cut
 * short; for the holder of the directory's lock. The keys stay the same. Returns how many there are.
 */
export const changeProtection = async (
  paths: DataPaths,
  { from, to, uid }: ProtectionChange,
): Promise<number> => {
  await recoverKeyFiles(paths)
  const before = await from.open(paths)
  const { secret, files } = await to.prepare(paths)
  const keys: FileWrite[] = []
  for (const name of (await readdir(paths.keys)).filter((each) => each.endsWith('.pem'))) {
    const path = join(paths.keys, name)
    const key = parseKeyFile(path, readSecretFile(path, uid), before)
    const content = formatKeyFile(key, secret)
    // The old form is about to go: the new one must open before.
    if (parseKeyFile(path, content.reveal(), secret).publicKey.pin !== key.publicKey.pin)
      throw new EasycertsError('ERR_INTERNAL', `${path} would not open any more`)
    keys.push({ path, content, mode: 0o600 })
  }
  await publishFiles({
    set: SET,
    files: [...keys, ...files],
    journalDirectory: paths.journals,
    ids: loadOwnerIds('/', uid),
  })
  if (!files.some(({ path }) => path === paths.sealedKek)) await removeFileDurably(paths.sealedKek)
  return keys.length
}

/** Finishes a change that was cut short after its commit point. Before any key is read. */
export const recoverKeyFiles = async (paths: DataPaths): Promise<void> => {
  const { broken } = await recoverPublications(paths.journals, [paths.keys])
  if (broken[0] !== undefined)
    throw new EasycertsError(
      'ERR_DATA_DIRECTORY_BROKEN',
      `a change of the keys was cut short and cannot be finished: see ${broken[0]}`,
    )
}
