import { join } from 'node:path'
import { ensureDirectory, writeFileDurably } from '@easycerts/adapters/files'
import { crlPem } from '@easycerts/shared/revocation'
import type { PublishedCrl } from '../authority/index.ts'

// Public by nature, and read by others: etcd runs as a user of its own.
const DIRECTORY_MODE = 0o755
const FILE_MODE = 0o644

/**
 * Writes each CRL as `<issuer id>.crl` (DER, which etcd wants) and `.pem`, whole or not at all.
 * Nothing happens without a directory; ERR_FILE_NOT_WRITABLE, ERR_FILE_UNSAFE.
 */
export const createCrlFiles =
  (directory: string | undefined) =>
  async ({ issuerId, der }: PublishedCrl): Promise<void> => {
    if (directory === undefined) return
    await ensureDirectory(directory, DIRECTORY_MODE)
    const contents = { crl: der, pem: crlPem(der) }
    for (const [extension, content] of Object.entries(contents)) {
      const path = join(directory, `${issuerId}.${extension}`)
      await writeFileDurably({ path, content, mode: FILE_MODE })
    }
  }
