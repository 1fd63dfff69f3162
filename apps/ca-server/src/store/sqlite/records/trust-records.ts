import type {
  LivingServiceAccountKey,
  ServiceAccountKeyRow,
  TrustKeyRow,
  TrustReading,
  TrustVersionRow,
  TrustWriting,
} from '../../../authority/index.ts'
import type { Connection } from '../connection.ts'
import { prepareMany, prepareOne, shaped } from './rows.ts'
import { prepareAdd, prepareChange } from './statements.ts'

const VERSION = 'version, epoch, document, signatures, published_at AS publishedAt'
const asVersion = shaped(['signatures'], [])
const KEY = 'node, id, public_key AS publicKey, k.state, told_at AS toldAt'

export const trustReading = (connection: Connection): TrustReading => ({
  findActiveTrustKey: prepareOne<TrustKeyRow>(
    connection,
    `SELECT id, public_key AS publicKey, state, certificate FROM trust_keys
     WHERE state = 'active' ORDER BY rowid DESC LIMIT 1`,
  ),
  findNewestTrust: prepareOne<TrustVersionRow>(
    connection,
    `SELECT ${VERSION} FROM trust_versions ORDER BY version DESC LIMIT 1`,
    asVersion,
  ),
  listTrustAfter: prepareMany<TrustVersionRow>(
    connection,
    `SELECT ${VERSION} FROM trust_versions WHERE version > ? ORDER BY version LIMIT ?`,
    asVersion,
  ),
  listServiceAccountKeysOf: prepareMany<ServiceAccountKeyRow>(
    connection,
    `SELECT ${KEY} FROM service_account_keys k WHERE node = ? ORDER BY told_at DESC, k.rowid DESC`,
  ),
  listLivingServiceAccountKeys: prepareMany<LivingServiceAccountKey>(
    connection,
    `SELECT ${KEY}, n.role IS 'master' AND n.state IS NOT 'removed' AS isOfMaster
     FROM service_account_keys k LEFT JOIN nodes n ON n.name = k.node
     WHERE k.state <> 'retired' ORDER BY node, told_at DESC, k.rowid DESC`,
    shaped([], ['isOfMaster']),
  ),
})

export const trustWriting = (connection: Connection): TrustWriting => {
  const addKey = prepareAdd(
    connection,
    'INSERT INTO trust_keys (id, public_key, state, certificate) VALUES (?, ?, ?, ?)',
  )
  const certify = prepareChange(connection, 'UPDATE trust_keys SET certificate = ? WHERE id = ?')
  const addVersion = prepareAdd(
    connection,
    `INSERT INTO trust_versions (version, epoch, document, signatures, published_at)
     VALUES (?, ?, ?, ?, ?)`,
  )
  const putServiceAccountKey = prepareAdd(
    connection,
    `INSERT INTO service_account_keys (node, id, public_key, state, told_at)
     VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (node, id) DO UPDATE SET state = excluded.state, told_at = excluded.told_at`,
  )
  const setState = prepareChange(
    connection,
    'UPDATE service_account_keys SET state = ? WHERE node = ? AND id = ?',
  )
  return {
    addTrustKey: ({ id, publicKey, state, certificate }) =>
      addKey(id, publicKey, state, certificate),
    certifyTrustKey: (id, certificate) => certify(certificate, id),
    addTrustVersion: ({ version, epoch, document, signatures, publishedAt }) =>
      addVersion(version, epoch, document, JSON.stringify(signatures), publishedAt),
    putServiceAccountKey: ({ node, id, publicKey, state, toldAt }) =>
      putServiceAccountKey(node, id, publicKey, state, toldAt),
    setServiceAccountKeyState: (node, id, state) => setState(state, node, id),
  }
}
