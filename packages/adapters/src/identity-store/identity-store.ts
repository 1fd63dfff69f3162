import { join } from 'node:path'
import { EasycertsError } from '@easycerts/shared/errors'
import type { ExportableKey } from '@easycerts/shared/key'
import type { Certificate } from '@easycerts/shared/x509'
import {
  ensureDirectory,
  type FileContent,
  readTextFileIfAny,
  removeFileDurably,
  writeFileDurably,
} from '../files/index.ts'
import { formatPair, type Identity, type PendingIdentity, requireOwnKey } from './identity.ts'
import { createPairReader } from './pair-reader.ts'
import { formatNodeRecord, type NodeRecord, parseNodeRecord } from './node-record.ts'

/** What a pending identity is for: a join with a ticket, or the renewal of the current one. */
export type PendingPurpose = 'join' | 'renewal'

/**
 * The steps of a new identity, each durable before the next: `savePending`, request,
 * `savePendingCertificate`, `promotePending`, confirmation over the new certificate,
 * `markConfirmed`. Whoever starts again after any of them goes on with what the store holds.
 */
export interface IdentityStore {
  readonly directory: string
  /** ERR_PEM_MALFORMED, ERR_KEY_MISMATCH, ERR_FILE_UNSAFE. */
  load(): Identity | undefined
  loadPending(purpose: PendingPurpose): PendingIdentity | undefined
  savePending(purpose: PendingPurpose, key: ExportableKey): Promise<void>
  /** ERR_KEY_MISMATCH unless it is for the pending key. */
  savePendingCertificate(purpose: PendingPurpose, certificate: Certificate): Promise<void>
  /** For a request that was refused: its key is worth nothing. */
  discardPending(purpose: PendingPurpose): Promise<void>
  /** Makes the pending identity the only one; the old key is gone. */
  promotePending(purpose: PendingPurpose): Promise<void>
  /** Remembers that the CA confirmed the current identity. */
  markConfirmed(): Promise<void>
  loadRecord(): NodeRecord | undefined
  saveRecord(record: NodeRecord): Promise<void>
  /** PEM of the CA that vouches for the server. */
  loadAnchor(): string | undefined
  saveAnchor(pem: string): Promise<void>
}

const FILES = {
  current: 'current.pem',
  join: 'pending-join.pem',
  renewal: 'pending-renewal.pem',
  confirmed: 'confirmed',
  record: 'node.json',
  anchor: 'enrolment-ca.pem',
} as const

/** The store in a directory of its own (0700); its files belong to `uid` or to root. */
export const openIdentityStore = (directory: string, uid: number): IdentityStore => {
  const pathOf = (file: keyof typeof FILES): string => join(directory, FILES[file])
  const write = async (file: keyof typeof FILES, content: FileContent): Promise<void> => {
    await ensureDirectory(directory, 0o700)
    await writeFileDurably({ path: pathOf(file), content, mode: 0o600 })
  }
  const readPairAt = createPairReader(uid)
  const readPair = (file: keyof typeof FILES) => readPairAt(pathOf(file))
  const load = (): Identity | undefined => {
    const pair = readPair('current')
    if (!pair) return undefined
    const { key, certificate } = pair
    if (!certificate) throw damaged(pathOf('current'))
    const confirmed = readTextFileIfAny(pathOf('confirmed'))?.trim()
    return { key, certificate, isConfirmed: confirmed === certificate.fingerprint }
  }
  const loadPending = (purpose: PendingPurpose): PendingIdentity | undefined => {
    const pending = readPair(purpose)
    // A promotion was cut short after its switch: there is nothing left to do with this one.
    const current = isReadable(load) ? load() : undefined
    const isPromoted = pending?.key.publicKey.pin === current?.key.publicKey.pin
    return isPromoted ? undefined : pending
  }
  const requirePending = (purpose: PendingPurpose): PendingIdentity => {
    const pending = loadPending(purpose)
    if (!pending) throw missing(pathOf(purpose))
    return pending
  }
  return {
    directory,
    load,
    loadPending,
    savePending: (purpose, key) => write(purpose, formatPair({ key, certificate: undefined })),
    savePendingCertificate: async (purpose, certificate) => {
      const { key } = requirePending(purpose)
      requireOwnKey(pathOf(purpose), key, certificate)
      await write(purpose, formatPair({ key, certificate }))
    },
    discardPending: async (purpose) => {
      await removeFileDurably(pathOf(purpose))
    },
    promotePending: async (purpose) => {
      const { key, certificate } = requirePending(purpose)
      if (!certificate) throw missing(pathOf(purpose))
      // It would renew the identity that goes now.
      if (purpose === 'join') await removeFileDurably(pathOf('renewal'))
      await write('current', formatPair({ key, certificate }))
      await removeFileDurably(pathOf(purpose))
    },
    markConfirmed: async () => {
      const { certificate } = load() ?? {}
      if (!certificate) throw missing(pathOf('current'))
      await write('confirmed', `${certificate.fingerprint}\n`)
    },
    loadRecord: () => parseNodeRecord(pathOf('record'), readTextFileIfAny(pathOf('record'))),
    saveRecord: (record) => write('record', formatNodeRecord(record)),
    loadAnchor: () => readTextFileIfAny(pathOf('anchor')),
    saveAnchor: (pem) => write('anchor', pem),
  }
}

/** A damaged identity must not keep a join from taking its place. */
const isReadable = (read: () => unknown): boolean => {
  try {
    read()
    return true
  } catch {
    return false
  }
}

const damaged = (path: string) =>
  new EasycertsError('ERR_PEM_MALFORMED', `${path} holds no certificate`, {
    hint: 'join the node again with a new ticket',
  })

const missing = (path: string) =>
  new EasycertsError('ERR_NOT_JOINED', `there is no identity in ${path}`)
