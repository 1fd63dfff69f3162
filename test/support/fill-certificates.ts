import { createHash } from 'node:crypto'
import { join } from 'node:path'
import Database from 'better-sqlite3'

const NODES = 500
const PROFILES = ['kubelet-client', 'kubelet-server', 'etcd-server', 'node-identity'] as const
const ISSUERS = ['cluster-g1', 'cluster-g1', 'etcd-g1', 'enrolment-g1'] as const
const DAY = 86_400_000
const DER_OCTETS = 500

/** A certificate of a made-up fleet, as a row of the records. */
export interface SampleRow {
  readonly issuer: string
  readonly serialNumber: string
  readonly profile: string
  readonly node: string
  readonly subject: string
  readonly keyPin: string
  readonly notBefore: string
  readonly notAfter: string
  readonly isRevoked: boolean
  readonly der: Buffer
}

/** One each second up to `until`, each good for 30 days, every thousandth revoked. */
export function* sampleRows(count: number, until: Date): Iterable<SampleRow> {
  const first = until.getTime() - count * 1000
  for (let index = 0; index < count; index++) {
    const kind = index % PROFILES.length
    const node = `worker-${index % NODES}`
    const profile = PROFILES[kind] ?? ''
    const at = new Date(first + index * 1000)
    const der = Buffer.alloc(DER_OCTETS)
    der.writeUInt32BE(index)
    yield {
      issuer: ISSUERS[kind] ?? '',
      serialNumber: `01${index.toString(16).padStart(32, '0')}`,
      profile,
      node,
      subject: `CN=${profile} ${node}, O=nodes`,
      // In no order, as those of real keys: that is what an index of them costs.
      keyPin: createHash('sha256').update(String(index)).digest('hex'),
      notBefore: at.toISOString(),
      notAfter: new Date(at.getTime() + 30 * DAY).toISOString(),
      isRevoked: index % 1000 === 0,
      der,
    }
  }
}

/** Puts a sample row into the records; `connection` is in a transaction. */
export const prepareSampleRow = (connection: Database.Database): ((row: SampleRow) => void) => {
  const add = connection.prepare(
    `INSERT INTO certificates (issuer_id, serial_number, profile, node, subject, requester, key_pin,
     not_before, not_after, state, intended_at, issued_at, der)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'issued', ?, ?, ?)`,
  )
  const revoke = connection.prepare(
    `INSERT INTO revocations (issuer_id, serial_number, reason, revoked_at, not_after)
     VALUES (?, ?, 'keyCompromise', ?, ?)`,
  )
  return ({ issuer, serialNumber, profile, node, subject, keyPin, ...row }) => {
    const { notBefore, notAfter, isRevoked, der } = row
    const names = [issuer, serialNumber, profile, node, subject, `node ${node}`, keyPin]
    add.run(...names, notBefore, notAfter, notBefore, notBefore, der)
    if (isRevoked) revoke.run(issuer, serialNumber, notBefore, notAfter)
  }
}

/**
 * Puts certificates of a fleet straight into a database whose server does not run. The log knows
 * nothing of them: see `fillLoggedCertificates`.
 */
export const fillCertificates = (directory: string, count: number, until: Date): void => {
  const database = new Database(join(directory, 'easycerts.db'))
  database.pragma('synchronous = OFF')
  const add = prepareSampleRow(database)
  database.transaction(() => {
    for (const row of sampleRows(count, until)) add(row)
  })()
  database.close()
}
