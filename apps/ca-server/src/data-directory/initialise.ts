import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { ensureDirectory, syncDirectory, writeFileDurably } from '@easycerts/adapters/files'
import { EasycertsError, reasonOf, wrapError } from '@easycerts/shared/errors'
import { generateSigningKey, type KeyAlgorithm } from '@easycerts/shared/key'
import { ISSUER_PURPOSES, type IssuerPurpose } from '@easycerts/shared/profile'
import {
  addDuration,
  type Clock,
  type Duration,
  minutes,
  truncateToSecond,
} from '@easycerts/shared/time'
import { buildSerialNumber, parseCertificate, SERIAL_RANDOM_OCTETS } from '@easycerts/shared/x509'
import type { Store } from '../authority/index.ts'
import { type CaServerConfigFile, formatCaServerConfig } from '../config/ca-server-config.ts'
import { createIssuerCertificate } from '../issuer-ceremony/index.ts'
import type { KeyProtection } from '../key-store/index.ts'
import { openSqliteStore } from '../store/sqlite/index.ts'
import { dataPaths } from '../config/data-paths.ts'

export interface InitialiseWish {
  readonly directory: string
  readonly config: CaServerConfigFile
  readonly keyAlgorithm: KeyAlgorithm
  readonly issuerLife: Duration
  readonly protection: KeyProtection
  readonly clock: Clock
  readonly random: (octets: number) => Buffer
}

const ISSUER_NAMES: Readonly<Record<IssuerPurpose, string>> = {
  cluster: 'kubernetes-ca',
  etcd: 'etcd-ca',
  'front-proxy': 'front-proxy-ca',
  enrolment: 'easycerts-enrolment-ca',
}

/**
 * Makes a CA, all of it or none: everything is written beside the data directory and moved into
 * place by one rename. ERR_ALREADY_INITIALISED for a directory that holds anything.
 */
export const initialise = async (wish: InitialiseWish): Promise<void> => {
  await refuseOccupied(wish.directory)
  const parent = dirname(wish.directory)
  await ensureDirectory(parent, 0o755)
  const staging = join(
    parent,
    `.${basename(wish.directory)}.init-${wish.random(6).toString('hex')}`,
  )
  try {
    await mkdir(staging, { mode: 0o700 })
    await fill(staging, wish)
    await moveIntoPlace(staging, wish.directory)
  } catch (error) {
    await rm(staging, { recursive: true, force: true })
    throw wrapError('ERR_FILE_NOT_WRITABLE', `${wish.directory} cannot be made`, error)
  }
}

const refuseOccupied = async (directory: string): Promise<void> => {
  const entries = await readdir(directory).catch((error: unknown) => {
    if (reasonOf(error) === 'ENOENT') return []
    throw new EasycertsError(
      'ERR_FILE_NOT_WRITABLE',
      `${directory} cannot be used: ${reasonOf(error)}`,
    )
  })
  if (entries.length > 0)
    throw new EasycertsError('ERR_ALREADY_INITIALISED', `${directory} is not empty`)
}

/** Tells two stores apart for ever. */
const STORE_ID_OCTETS = 16

const fill = async (staging: string, wish: InitialiseWish): Promise<void> => {
  const paths = dataPaths(staging)
  await mkdir(paths.keys, { mode: 0o700 })
  const secret = await wish.protection.create(paths)
  // SQLite gives its journals the mode of the database, which must never be wider than this.
  await writeFileDurably({ path: paths.database, content: '', mode: 0o600 })
  const store = openSqliteStore(paths.database)
  try {
    for (const purpose of ISSUER_PURPOSES)
      await addIssuer(store, purpose, paths.issuerKey, { ...wish, secret })
    await store.transact(async (writing) => {
      await writing.putMeta('store-id', wish.random(STORE_ID_OCTETS).toString('hex'))
      await writing.putMeta('epoch', '1')
      await writing.appendLog({
        at: wish.clock().toISOString(),
        kind: 'initialised',
        actor: 'operator',
        body: { cluster: wish.config.cluster.name },
      })
    })
  } finally {
    await store.close()
  }
  await writeFileDurably({
    path: paths.config,
    content: formatCaServerConfig(wish.config),
    mode: 0o600,
  })
}

const BACKDATE = minutes(5)

const addIssuer = async (
  store: Store,
  purpose: IssuerPurpose,
  keyPath: (id: string) => string,
  wish: InitialiseWish & { readonly secret: string | undefined },
): Promise<void> => {
  const id = `${purpose}-g1`
  const key = await generateSigningKey(wish.keyAlgorithm)
  const now = truncateToSecond(wish.clock())
  const certificate = await createIssuerCertificate({
    commonName: `${wish.config.cluster.name} ${ISSUER_NAMES[purpose]} g1`,
    serialNumber: buildSerialNumber(now, wish.random(SERIAL_RANDOM_OCTETS)),
    notBefore: addDuration(now, 0 - BACKDATE),
    notAfter: addDuration(now, wish.issuerLife - 1000),
    key,
  })
  const pem = key.keyObject.export({
    type: 'pkcs8',
    format: 'pem',
    ...(wish.secret === undefined ? {} : { cipher: 'aes-256-cbc', passphrase: wish.secret }),
  })
  await writeFileDurably({ path: keyPath(id), content: pem, mode: 0o600 })
  await store.transact((writing) =>
    writing.addIssuer({ id, purpose, certificate, pin: parseCertificate(certificate).pin }),
  )
}

/** An empty directory may stand there already, as systemd's StateDirectory= makes one: rename(2) replaces it. */
const moveIntoPlace = async (staging: string, directory: string): Promise<void> => {
  try {
    await rename(staging, directory)
    await syncDirectory(dirname(directory))
  } catch (error) {
    throw notInPlace(directory, reasonOf(error))
  }
}

const notInPlace = (directory: string, reason: string): EasycertsError =>
  // Another init was faster.
  reason === 'ENOTEMPTY' || reason === 'EEXIST'
    ? new EasycertsError('ERR_ALREADY_INITIALISED', `${directory} is not empty`)
    : new EasycertsError(
        'ERR_FILE_NOT_WRITABLE',
        `${directory} cannot be put in place: ${reason}`,
        reason === 'EBUSY' ? { hint: 'it is a mount point: use a directory below it' } : {},
      )
