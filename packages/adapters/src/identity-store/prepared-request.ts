import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { decodePemBlocks, encodePem } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import { type ExportableKey, parseSigningKey } from '@easycerts/shared/key'
import { parseCertificateRequest } from '@easycerts/shared/x509'
import {
  createFilesDurably,
  ensureDirectory,
  readSecretFile,
  removeFileDurably,
} from '../files/index.ts'

/** A key that was made before there was a ticket, and the very request that a ticket may be bound to. */
export interface PreparedRequest {
  readonly key: ExportableKey
  /** PEM. */
  readonly csr: string
}

const pathIn = (directory: string): string => join(directory, 'prepared.pem')

/** ERR_PEM_MALFORMED, ERR_KEY_MISMATCH, ERR_FILE_UNSAFE. */
export const loadPrepared = (directory: string, uid: number): PreparedRequest | undefined => {
  const path = pathIn(directory)
  if (!existsSync(path)) return undefined
  const [keyBlock, requestBlock, more] = decodePemBlocks(readSecretFile(path, uid))
  if (keyBlock?.label !== 'PRIVATE KEY' || requestBlock?.label !== 'CERTIFICATE REQUEST' || more)
    throw damaged('ERR_PEM_MALFORMED', path)
  const key = parseSigningKey(encodePem('PRIVATE KEY', keyBlock.der))
  const csr = encodePem('CERTIFICATE REQUEST', requestBlock.der)
  if (parseCertificateRequest(csr).publicKey.pin !== key.publicKey.pin)
    throw damaged('ERR_KEY_MISMATCH', path)
  return { key, csr }
}

/** ERR_FILE_NOT_WRITABLE if there is one: a ticket may be bound to it already. */
export const savePrepared = async (
  directory: string,
  { key, csr }: PreparedRequest,
): Promise<void> => {
  await ensureDirectory(directory, 0o700)
  const content = key.exportPem().map((pem) => pem + csr)
  await createFilesDurably([{ path: pathIn(directory), content, mode: 0o600 }])
}

/** Once its key is that of an identity. */
export const removePrepared = async (directory: string): Promise<void> => {
  await removeFileDurably(pathIn(directory))
}

const damaged = (code: 'ERR_PEM_MALFORMED' | 'ERR_KEY_MISMATCH', path: string) =>
  new EasycertsError(code, `${path} does not hold a key and its request`, {
    hint: 'remove it and run "node-join request" again; a ticket bound to it is lost',
  })
