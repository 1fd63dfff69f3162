import { type FileWrite, writeFileDurably } from '@easycerts/adapters/files'
import type { DataPaths } from '../config/data-paths.ts'

/** What opens the PKCS#8 files, undefined for plaintext, and the files that will give it again. */
export interface PreparedProtection {
  readonly secret: string | undefined
  readonly files: readonly FileWrite[]
}

/** How private keys are kept at rest. */
export interface KeyProtection {
  /** Makes a new one and writes nothing yet. */
  prepare(paths: DataPaths): Promise<PreparedProtection>
  /** Finds it again; gives the secret of `prepare`. */
  open(paths: DataPaths): Promise<string | undefined>
}

/** The protection of a directory that has none yet; its secret. */
export const createProtection = async (
  protection: KeyProtection,
  paths: DataPaths,
): Promise<string | undefined> => {
  const { secret, files } = await protection.prepare(paths)
  for (const file of files) await writeFileDurably(file)
  return secret
}
