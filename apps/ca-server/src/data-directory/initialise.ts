import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ensureDirectory, writeFileDurably } from '@easycerts/adapters/files'
import type { Secret } from '@easycerts/shared/encoding'
import type { KeyAlgorithm } from '@easycerts/shared/key'
import type { Clock, Duration } from '@easycerts/shared/time'
import { parseCertificate } from '@easycerts/shared/x509'
import { type CaServerConfigFile, formatCaServerConfig } from '../config/ca-server-config.ts'
import {
  createProtection,
  type KeyProtection,
  newFileKeys,
  type NewIssuerKeys,
} from '../key-store/index.ts'
import type { IssuerRow, Store } from '../authority/index.ts'
import { openSqliteStore } from '../store/sqlite/index.ts'
import { dataPaths } from '../config/data-paths.ts'
import { type IssuersWish, makeIssuers, type NewIssuers } from './new-issuers.ts'
import { LOG_KEY, makeOwnKey, TRUST_KEY } from './own-key.ts'
import { placeDirectory } from './place-directory.ts'

export interface InitialiseWish {
  readonly directory: string
  readonly config: CaServerConfigFile
  readonly keyAlgorithm: KeyAlgorithm
  readonly issuerLife: Duration
  readonly protection: KeyProtection
  /** Default: every issuer is its own root, made now. */
  readonly origin?: Partial<Pick<IssuersWish, 'root' | 'keepRoot' | 'imported'>>
  /** More files of the data directory, mode 0600; their names may lead through one directory. */
  readonly beside?: readonly { readonly name: string; readonly content: Secret<string> }[]
  /** More records of the new CA, once its issuers are recorded. */
  readonly records?: (store: Store, issuers: readonly IssuerRow[]) => Promise<void>
  /** Where issuers' keys live; default: files in the data directory. */
  readonly openKeys?: () => Promise<NewIssuerKeys>
  readonly clock: Clock
  readonly random: (octets: number) => Buffer
}

/** Makes a CA, all of it or none. ERR_ALREADY_INITIALISED for a directory that holds anything. */
export const initialise = async (wish: InitialiseWish): Promise<NewIssuers> => {
  let made: NewIssuers = { issuers: [], requests: [] }
  const keys = await wish.openKeys?.()
  try {
    await placeDirectory({
      directory: wish.directory,
      by: 'init',
      random: wish.random,
      clock: wish.clock,
      fill: async (staging) => {
        made = await fill(staging, wish, keys)
      },
    })
    return made
  } catch (error) {
    discardKeys(keys)
    throw error
  } finally {
    keys?.close()
  }
}

/** A token that failed may fail again; what it said first is what the operator must read. */
const discardKeys = (keys: NewIssuerKeys | undefined): void => {
  try {
    keys?.discard()
  } catch {
    // Keys that nothing refers to stay behind in the token.
  }
}

/** Tells two stores apart for ever. */
const STORE_ID_OCTETS = 16

const fill = async (
  staging: string,
  wish: InitialiseWish,
  elsewhere: NewIssuerKeys | undefined,
): Promise<NewIssuers> => {
  const paths = dataPaths(staging)
  await mkdir(paths.keys, { mode: 0o700 })
  const secret = await createProtection(wish.protection, paths)
  // SQLite gives its journals the mode of the database, which must never be wider than this.
  await writeFileDurably({ path: paths.database, content: '', mode: 0o600 })
  await writeBeside(staging, wish.beside ?? [])
  const keys = elsewhere ?? newFileKeys(paths, secret)
  const store = openSqliteStore(paths.database)
  let made: NewIssuers
  try {
    made = await makeIssuers(keys, paths, issuersWishOf(wish))
    await store.transact(async (writing) => {
      await writing.putMeta('store-id', wish.random(STORE_ID_OCTETS).toString('hex'))
      await writing.putMeta('epoch', '1')
      await writing.appendLog({
        at: wish.clock().toISOString(),
        kind: 'initialised',
        actor: 'operator',
        body: { cluster: wish.config.cluster.name, issuers: made.issuers.map(originOf) },
      })
      for (const row of made.issuers) await writing.addIssuer(row)
      for (const row of made.requests) await writing.addIssuerRequest(row)
    })
    for (const own of [LOG_KEY, TRUST_KEY])
      await makeOwnKey(own, { store, paths, secret, clock: wish.clock })
    await wish.records?.(store, made.issuers)
  } finally {
    await store.close()
  }
  await writeFileDurably({
    path: paths.config,
    content: formatCaServerConfig(wish.config),
    mode: 0o600,
  })
  return made
}

const writeBeside = async (
  staging: string,
  files: NonNullable<InitialiseWish['beside']>,
): Promise<void> => {
  for (const { name, content } of files) {
    const path = join(staging, name)
    await ensureDirectory(dirname(path), 0o700)
    await writeFileDurably({ path, content, mode: 0o600 })
  }
}

/** What the log says of an issuer that was there from the beginning. */
const originOf = ({ id, certificate, keyLocation }: IssuerRow): Record<string, string> => ({
  issuer: id,
  fingerprint: parseCertificate(certificate).fingerprint,
  key: keyLocation,
})

const issuersWishOf = ({
  config,
  keyAlgorithm,
  issuerLife,
  origin,
  clock,
  random,
}: InitialiseWish): IssuersWish => ({
  cluster: config.cluster.name,
  keyAlgorithm,
  life: issuerLife,
  root: 'none',
  imported: {},
  ...origin,
  clock,
  random,
})
