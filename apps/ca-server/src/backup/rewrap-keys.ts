import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readSecretFile, writeFileDurably } from '@easycerts/adapters/files'
import type { DataPaths } from '../config/index.ts'
import {
  createProtection,
  formatKeyFile,
  type KeyProtection,
  parseKeyFile,
} from '../key-store/index.ts'

/**
 * Puts every private key of a directory under another protection: what held them before opens on
 * the machine that the backup was made on, and nowhere else.
 */
export const rewrapKeys = async (
  paths: DataPaths,
  uid: number,
  { kek, protection }: { readonly kek: string; readonly protection: KeyProtection },
): Promise<void> => {
  const secret = await createProtection(protection, paths)
  for (const name of await readdir(paths.keys)) {
    const path = join(paths.keys, name)
    if (!name.endsWith('.pem')) continue
    const key = parseKeyFile(path, readSecretFile(path, uid), kek)
    await writeFileDurably({ path, content: formatKeyFile(key, secret), mode: 0o600 })
  }
}
