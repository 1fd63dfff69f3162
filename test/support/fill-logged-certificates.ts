import { join } from 'node:path'
import { sha256Hex } from '@easycerts/shared/encoding'
import { openChangeJournal } from '../../apps/ca-server/src/store/sqlite/issuance-log/change-journal.ts'
import { createLogAppender } from '../../apps/ca-server/src/store/sqlite/issuance-log/log-appender.ts'
import {
  loadTreeMemory,
  openStoredNodes,
} from '../../apps/ca-server/src/store/sqlite/issuance-log/tree-nodes.ts'
import { WorkLog } from '../../apps/ca-server/src/store/sqlite/issuance-log/work-log.ts'
import { openDatabase } from '../../apps/ca-server/src/store/sqlite/open-database.ts'
import type { Connection } from '../../apps/ca-server/src/store/sqlite/connection.ts'
import { prepareSampleRow, type SampleRow, sampleRows } from './fill-certificates.ts'

const ROWS_OF_COMMIT = 2000

/**
 * Certificates of a fleet, its nodes among them, each with its entry in the log as the store itself
 * writes it, into a database whose server does not run: `log verify` finds nothing.
 */
export const fillLoggedCertificates = (directory: string, count: number, until: Date): void => {
  const connection = openDatabase(join(directory, 'easycerts.db'))
  try {
    connection.pragma('synchronous = OFF')
    fill(connection, sampleRows(count, until))
  } finally {
    connection.close()
  }
}

const fill = (connection: Connection, rows: Iterable<SampleRow>): void => {
  const tree = loadTreeMemory(openStoredNodes(connection))
  const appender = createLogAppender(connection, tree)
  const log = new WorkLog({ journal: openChangeJournal(connection), appender, tree })
  const addCertificate = prepareSampleRow(connection)
  const addNode = connection.prepare(
    `INSERT INTO nodes (name, role, hosts, cluster_admin, state) VALUES (?, 'worker', '[]', 0, 'joined')
     ON CONFLICT DO NOTHING`,
  )
  let inCommit = 0
  connection.exec('BEGIN')
  for (const row of rows) {
    log.begin()
    addNode.run(row.node)
    addCertificate(row)
    log.append(entryOf(row))
    log.finish()
    if (++inCommit < ROWS_OF_COMMIT) continue
    connection.exec('COMMIT; BEGIN')
    log.committed()
    inCommit = 0
  }
  connection.exec('COMMIT')
}

const entryOf = ({ issuer, serialNumber, node, profile, subject, ...row }: SampleRow) => ({
  at: row.notBefore,
  kind: 'certificate-issued',
  actor: `node ${node}`,
  origin: { via: 'tls', address: '10.0.0.7' },
  body: {
    ...{ issuer, serialNumber, node, profile, subject },
    fingerprint: sha256Hex(row.der),
    notAfter: row.notAfter,
  },
})
