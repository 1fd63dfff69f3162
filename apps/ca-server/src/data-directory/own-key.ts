import { lstatSync } from 'node:fs'
import { readSecretFile, writeFileDurably } from '@easycerts/adapters/files'
import { EasycertsError } from '@easycerts/shared/errors'
import { type ExportableKey, generateSigningKey } from '@easycerts/shared/key'
import type { Clock } from '@easycerts/shared/time'
import { trustKeyIdOf } from '@easycerts/shared/trust'
import type { Reading, Store, Writing } from '../authority/index.ts'
import type { DataPaths } from '../config/data-paths.ts'
import { formatKeyFile, parseKeyFile } from '../key-store/index.ts'

/** An Ed25519 key of the CA that is no issuer's; its file stands beside theirs, protected as they are. */
export interface OwnKey {
  /** Name of the file, without `.pem`. */
  readonly id: string
  readonly signs: string
  /** Of the entry about its making. */
  readonly kind: string
  /** SPKI DER of the key that the records name. */
  readonly find: (reading: Reading) => Promise<Buffer | undefined>
  readonly record: (writing: Writing, spki: Buffer) => Promise<void>
}

export const LOG_KEY: OwnKey = {
  id: 'log-g1',
  signs: 'the log',
  kind: 'log-key-made',
  find: async (reading) => {
    const text = await reading.findMeta('log-key')
    return text === undefined ? undefined : Buffer.from(text, 'base64url')
  },
  record: (writing, spki) => writing.putMeta('log-key', spki.toString('base64url')),
}

export const TRUST_KEY: OwnKey = {
  id: 'trust-g1',
  signs: 'trust documents',
  kind: 'trust-key-made',
  find: async (reading) => (await reading.findActiveTrustKey())?.publicKey,
  record: (writing, publicKey) =>
    writing.addTrustKey({
      ...{ id: trustKeyIdOf(publicKey), publicKey },
      state: 'active',
      certificate: null,
    }),
}

export interface OwnKeyWish {
  readonly store: Store
  readonly paths: DataPaths
  /** What opens the key files; undefined for plaintext keys. */
  readonly secret: string | undefined
  readonly clock: Clock
}

/** Makes the key, durable before the records name it. */
export const makeOwnKey = async (own: OwnKey, wish: OwnKeyWish): Promise<ExportableKey> => {
  const key = await generateSigningKey('ed25519')
  const path = wish.paths.issuerKey(own.id)
  await writeFileDurably({ path, content: formatKeyFile(key, wish.secret), mode: 0o600 })
  await record(own, wish, key)
  return key
}

/**
 * The key that the records name; made now where they name none, as in a directory of a release that
 * did not have it. ERR_DATA_DIRECTORY_BROKEN.
 */
export const openOwnKey = async (
  own: OwnKey,
  wish: OwnKeyWish & { readonly uid: number },
): Promise<ExportableKey> => {
  const { store, paths, uid, secret } = wish
  const path = paths.issuerKey(own.id)
  const recorded = await store.read((reading) => own.find(reading))
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) {
    if (recorded === undefined) return makeOwnKey(own, wish)
    throw broken(`${path}, the key that signs ${own.signs}, is missing`)
  }
  const key = parseKeyFile(path, readSecretFile(path, uid), secret)
  // A crash fell between the file and its record.
  if (recorded === undefined) await record(own, wish, key)
  else if (!recorded.equals(key.publicKey.spki))
    throw broken(`${path} is not the key that signed ${own.signs} so far`)
  return key
}

const record = (
  own: OwnKey,
  { store, clock }: OwnKeyWish,
  { publicKey: { spki } }: ExportableKey,
): Promise<void> =>
  store.transact(async (writing) => {
    await own.record(writing, spki)
    await writing.appendLog({
      at: clock().toISOString(),
      kind: own.kind,
      actor: 'ca-server',
      body: { id: own.id, publicKey: spki.toString('base64url') },
    })
  })

const broken = (message: string) => new EasycertsError('ERR_DATA_DIRECTORY_BROKEN', message)
