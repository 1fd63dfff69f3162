import { join } from 'node:path'
import Database from 'better-sqlite3'

const NODES = 500
const PROFILES = ['kubelet-client', 'kubelet-server', 'etcd-server', 'node-identity'] as const
const ISSUERS = ['cluster-g1', 'cluster-g1', 'etcd-g1', 'enrolment-g1'] as const
const DAY = 86_400_000

/**
 * Puts certificates of a fleet straight into a database whose server does not run: one each second
 * up to `until`, each good for 30 days, every thousandth revoked.
 */
export const fillCertificates = (directory: string, count: number, until: Date): void => {
  const database = new Database(join(directory, 'easycerts.db'))
  database.pragma('synchronous = OFF')
  const add = database.prepare(
    `INSERT INTO certificates (issuer_id, serial_number, profile, node, subject, requester, key_pin,
     not_before, not_after, state, intended_at, issued_at, der)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'issued', ?, ?, ?)`,
  )
  const revoke = database.prepare(
    `INSERT INTO revocations (issuer_id, serial_number, reason, revoked_at, not_after)
     VALUES (?, ?, 'keyCompromise', ?, ?)`,
  )
  const der = Buffer.alloc(500)
  const first = until.getTime() - count * 1000
  database.transaction(() => {
    for (let index = 0; index < count; index++) {
      const kind = index % PROFILES.length
      const issuer = ISSUERS[kind] ?? ''
      const node = `worker-${index % NODES}`
      const serial = `01${index.toString(16).padStart(32, '0')}`
      const at = new Date(first + index * 1000)
      const [begin, end] = [at.toISOString(), new Date(at.getTime() + 30 * DAY).toISOString()]
      const profile = PROFILES[kind] ?? ''
      const subject = `CN=${profile} ${node}, O=nodes`
      const pin = index.toString(16).padStart(64, '0')
      add.run(
        issuer,
        serial,
        profile,
        node,
        subject,
        `node ${node}`,
        pin,
        begin,
        end,
        begin,
        begin,
        der,
      )
      if (index % 1000 === 0) revoke.run(issuer, serial, begin, end)
    }
  })()
  database.close()
}
