import { lstatSync } from 'node:fs'
import { readSecretFile, writeFileDurably } from '@easycerts/adapters/files'
import { EasycertsError } from '@easycerts/shared/errors'
import { type ExportableKey, generateSigningKey } from '@easycerts/shared/key'
import type { Clock } from '@easycerts/shared/time'
import type { Store } from '../authority/index.ts'
import type { DataPaths } from '../config/data-paths.ts'
import { formatKeyFile, parseKeyFile } from '../key-store/index.ts'

const LOG_KEY_ID = 'log-g1'

export interface LogKeyWish {
  readonly store: Store
  readonly paths: DataPaths
  /** What opens the key files; undefined for plaintext keys. */
  readonly secret: string | undefined
  readonly clock: Clock
}

/** Makes the key that signs heads of the log, durable before the records name it. */
export const makeLogKey = async (wish: LogKeyWish): Promise<ExportableKey> => {
  const key = await generateSigningKey('ed25519')
  const path = wish.paths.issuerKey(LOG_KEY_ID)
  await writeFileDurably({ path, content: formatKeyFile(key, wish.secret), mode: 0o600 })
  await record(wish, key)
  return key
}

/**
 * The key that the records name; made now where they name none, as in a directory from before the
 * log was signed. ERR_DATA_DIRECTORY_BROKEN.
 */
export const openLogKey = async (
  wish: LogKeyWish & { readonly uid: number },
): Promise<ExportableKey> => {
  const { store, paths, uid, secret } = wish
  const path = paths.issuerKey(LOG_KEY_ID)
  const recorded = await store.read((reading) => reading.findMeta('log-key'))
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) {
    if (recorded === undefined) return makeLogKey(wish)
    throw broken(`${path}, the key that signs the log, is missing`)
  }
  const key = parseKeyFile(path, readSecretFile(path, uid), secret)
  // A crash fell between the file and its record.
  if (recorded === undefined) await record(wish, key)
  else if (recorded !== textOf(key))
    throw broken(`${path} is not the key that signed the log so far`)
  return key
}

const record = ({ store, clock }: LogKeyWish, key: ExportableKey): Promise<void> =>
  store.transact(async (writing) => {
    await writing.putMeta('log-key', textOf(key))
    await writing.appendLog({
      at: clock().toISOString(),
      kind: 'log-key-made',
      actor: 'ca-server',
      body: { id: LOG_KEY_ID, publicKey: textOf(key) },
    })
  })

const textOf = ({ publicKey }: ExportableKey): string => publicKey.spki.toString('base64url')

const broken = (message: string) => new EasycertsError('ERR_DATA_DIRECTORY_BROKEN', message)
