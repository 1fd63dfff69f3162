import { EasycertsError } from '@easycerts/shared/errors'
import { rootOfRange } from '@easycerts/shared/merkle-log'
import type { Connection } from '../connection.ts'
import { foreignStoreError, openReader } from '../open-database.ts'
import { FIRST_LOGGED_SCHEMA } from '../migrations/0002-issuance-log.ts'
import { MIGRATIONS } from '../migrations/index.ts'
import { checkCertificates } from './check-certificates.ts'
import { type CheckedHead, createHeadCheck, type KeptHead, type LogName } from './check-heads.ts'
import { createTreeCheck } from './check-tree.ts'
import { compareRows } from './compare-rows.ts'
import { createDifferenceList, type Difference } from './difference.ts'
import { logOfExport } from './export-source.ts'
import { logOfDatabase } from './log-source.ts'
import { openRebuiltRows, type RebuiltRows } from './rebuilt-rows.ts'
import { walkLog } from './walk-log.ts'

export interface Verification {
  readonly heads: readonly KeptHead[]
  /** Whether the issuers' signatures are verified too. */
  readonly withSignatures: boolean
  /** How many differences to name. */
  readonly shown: number
  /** Called often, with what is being done and how much of it is. */
  readonly onProgress: (phase: string, done: number, total: number | undefined) => void
}

export interface VerifiedLog {
  readonly storeId: string
  readonly epoch: number
  readonly entries: number
  /** Base64. */
  readonly root: string
  readonly heads: readonly CheckedHead[]
  /** Rows compared, by table; empty for an export. */
  readonly rows: Readonly<Record<string, number>>
  /** Certificates whose signature was verified. */
  readonly signatures: number
  readonly differences: readonly Difference[]
  readonly differenceCount: number
}

/**
 * Rebuilds every recorded table of a database from its log and compares; the server may run
 * meanwhile. ERR_STORE_UNAVAILABLE, ERR_STORE_CORRUPT, ERR_DATA_DIRECTORY_BROKEN.
 */
export const verifyDatabase = async (path: string, wish: Verification): Promise<VerifiedLog> => {
  const connection = openReader(path)
  const rebuilt = openRebuiltRows()
  try {
    // One state from the first entry to the last row.
    connection.exec('BEGIN')
    return await verifyConnection(connection, rebuilt, wish)
  } catch (error) {
    throw foreignStoreError(error)
  } finally {
    rebuilt.close()
    connection.close()
  }
}

const verifyConnection = async (
  connection: Connection,
  rebuilt: RebuiltRows,
  wish: Verification,
): Promise<VerifiedLog> => {
  checkSchema(connection)
  const differences = createDifferenceList(wish.shown)
  const source = logOfDatabase(connection)
  const tree = createTreeCheck(connection, differences)
  const heads = createHeadCheck(wish.heads, differences)
  const progress = counted(wish)
  const walked = await walkLog({
    source,
    rebuilt,
    differences,
    onGrown: (range, completed) => {
      progress('reading the log', source.size)
      tree.onGrown(completed)
      heads.onGrown(range)
    },
  })
  tree.atEnd(walked.range)
  const rows = compareRows({
    connection,
    rebuilt,
    differences,
    onRow: () => progress('comparing rows', undefined),
  })
  const signatures = wish.withSignatures
    ? checkCertificates(connection, differences, () => progress('verifying signatures', undefined))
    : 0
  const log = nameOf(connection)
  return {
    storeId: log.storeId,
    epoch: log.epoch,
    entries: walked.range.size,
    root: rootOfRange(walked.range).toString('base64'),
    heads: heads.atEnd(log, walked),
    rows,
    signatures,
    differences: differences.first,
    differenceCount: differences.count(),
  }
}

/** The same of an export, which holds the log alone. */
export const verifyExport = async (file: string, wish: Verification): Promise<VerifiedLog> => {
  const differences = createDifferenceList(wish.shown)
  const source = logOfExport(file)
  const rebuilt = openRebuiltRows()
  const heads = createHeadCheck(wish.heads, differences)
  const progress = counted(wish)
  try {
    const walked = await walkLog({
      source,
      rebuilt,
      differences,
      onGrown: (range) => {
        progress('reading the log', undefined)
        heads.onGrown(range)
      },
    })
    const { head, log } = source.end()
    const own = createHeadCheck([head], differences)
    own.onGrown(walked.range)
    return {
      storeId: log.storeId,
      epoch: log.epoch,
      entries: walked.range.size,
      root: rootOfRange(walked.range).toString('base64'),
      heads: [...own.atEnd(log, walked), ...heads.atEnd(log, walked)],
      rows: {},
      signatures: 0,
      differences: differences.first,
      differenceCount: differences.count(),
    }
  } finally {
    rebuilt.close()
  }
}

const checkSchema = (connection: Connection): void => {
  const version = Number(connection.pragma('user_version', { simple: true }))
  if (version >= FIRST_LOGGED_SCHEMA && version === MIGRATIONS.length) return
  throw new EasycertsError(
    'ERR_DATA_DIRECTORY_BROKEN',
    'the database was written by another version of easycerts',
    { hint: 'verify it with that version, or start this one once, which brings it up to date' },
  )
}

const nameOf = (connection: Connection): LogName => {
  const find = connection.prepare<[string], string>('SELECT value FROM meta WHERE name = ?').pluck()
  return {
    storeId: find.get('store-id') ?? '',
    epoch: Number(find.get('epoch')),
    publicKey: Buffer.from(find.get('log-key') ?? '', 'base64url'),
  }
}

const PROGRESS_EVERY = 10_000

const counted = ({ onProgress }: Verification) => {
  const done = new Map<string, number>()
  return (phase: string, total: number | undefined): void => {
    const count = (done.get(phase) ?? 0) + 1
    done.set(phase, count)
    if (count % PROGRESS_EVERY === 0) onProgress(phase, count, total)
  }
}
