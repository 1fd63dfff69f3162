import type { CertificateRow, Reading, Writing } from '../../authority/index.ts'
import type { Connection } from './open-database.ts'
import { CERTIFICATE_COLUMNS, createReading } from './sqlite-reading.ts'
import { prepareAdd, prepareChange } from './statements.ts'

type Changes<Names extends Exclude<keyof Writing, keyof Reading>> = Pick<Writing, Names>

/** The changes of the port as prepared statements. */
export const createWriting = (connection: Connection): Writing => ({
  ...createReading(connection),
  ...certificateChanges(connection),
  ...nodeChanges(connection),
  ...ticketChanges(connection),
  ...logChanges(connection),
})

const certificateChanges = (
  connection: Connection,
): Changes<'addIssuer' | 'addIntent' | 'recordCertificate' | 'abandonIntents'> => {
  const addIssuer = prepareAdd(
    connection,
    'INSERT INTO issuers (id, purpose, certificate, pin) VALUES (?, ?, ?, ?)',
  )
  const addIntent = prepareAdd(
    connection,
    `INSERT INTO certificates (issuer_id, serial_number, profile, node, subject, requester, key_pin,
     not_before, not_after, state, intended_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'intended', ?)`,
  )
  const record = prepareChange(
    connection,
    `UPDATE certificates SET state = 'issued', der = ?, issued_at = ?
     WHERE issuer_id = ? AND serial_number = ? AND state = 'intended'`,
  )
  const listIntended = connection.prepare<[], CertificateRow>(
    `SELECT ${CERTIFICATE_COLUMNS} FROM certificates WHERE state = 'intended'`,
  )
  const abandon = prepareAdd(
    connection,
    `UPDATE certificates SET state = 'abandoned' WHERE state = 'intended'`,
  )
  return {
    addIssuer: ({ id, purpose, certificate, pin }) => addIssuer(id, purpose, certificate, pin),
    addIntent: ({
      issuerId,
      serialNumber,
      profile,
      node,
      subject,
      requester,
      keyPin,
      notBefore,
      notAfter,
      intendedAt,
    }) =>
      addIntent(
        issuerId,
        serialNumber,
        profile,
        node,
        subject,
        requester,
        keyPin,
        notBefore,
        notAfter,
        intendedAt,
      ),
    recordCertificate: (issuerId, serialNumber, der, issuedAt) =>
      record(der, issuedAt, issuerId, serialNumber),
    abandonIntents: async () => {
      const rows = listIntended.all()
      await abandon()
      return rows
    },
  }
}

const nodeChanges = (
  connection: Connection,
): Changes<'putNode' | 'touchNode' | 'addIdentity' | 'setIdentityState'> => {
  const putNode = prepareAdd(
    connection,
    `INSERT INTO nodes (name, role, hosts, cluster_admin, state) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (name) DO UPDATE SET role = excluded.role, hosts = excluded.hosts,
     cluster_admin = excluded.cluster_admin, state = excluded.state`,
  )
  const touchNode = prepareChange(connection, 'UPDATE nodes SET last_seen_at = ? WHERE name = ?')
  const addIdentity = prepareAdd(
    connection,
    `INSERT INTO identities (fingerprint, node, certificate, key_pin, ticket_id, state, not_after)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  )
  const setState = prepareChange(
    connection,
    'UPDATE identities SET state = ?, changed_at = ? WHERE fingerprint = ?',
  )
  return {
    putNode: ({ name, role, hosts, clusterAdmin, state }) =>
      putNode(name, role, JSON.stringify(hosts), Number(clusterAdmin), state),
    touchNode: (name, seenAt) => touchNode(seenAt, name),
    addIdentity: ({ fingerprint, node, certificate, keyPin, ticketId, state, notAfter }) =>
      addIdentity(fingerprint, node, certificate, keyPin, ticketId, state, notAfter),
    setIdentityState: (fingerprint, state, at) => setState(state, at, fingerprint),
  }
}

const ticketChanges = (
  connection: Connection,
): Changes<'addTicket' | 'bindTicket' | 'spendTicket' | 'revokeTicket'> => {
  const addTicket = prepareAdd(
    connection,
    `INSERT INTO tickets (id, public_key, node, role, hosts, cluster_admin, replace_node, created_at, expires_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const bind = prepareChange(
    connection,
    'UPDATE tickets SET bound_key = ? WHERE id = ? AND bound_key IS NULL AND revoked_at IS NULL',
  )
  const spend = prepareChange(connection, 'UPDATE tickets SET spent_at = ? WHERE id = ?')
  const revoke = prepareChange(
    connection,
    'UPDATE tickets SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL',
  )
  return {
    addTicket: ({
      id,
      publicKey,
      node,
      role,
      hosts,
      clusterAdmin,
      replace,
      createdAt,
      expiresAt,
    }) =>
      addTicket(
        id,
        publicKey,
        node,
        role,
        JSON.stringify(hosts),
        Number(clusterAdmin),
        Number(replace),
        createdAt,
        expiresAt,
      ),
    bindTicket: (id, key) => bind(key, id),
    spendTicket: (id, at) => spend(at, id),
    revokeTicket: (id, at) => revoke(at, id),
  }
}

const logChanges = (connection: Connection): Changes<'appendLog'> => {
  const append = prepareAdd(
    connection,
    'INSERT INTO log (at, kind, actor, body) VALUES (?, ?, ?, ?)',
  )
  return {
    appendLog: ({ at, kind, actor, body }) => append(at, kind, actor, JSON.stringify(body)),
  }
}
