import type {
  NodeChangeRow,
  NodeReportReading,
  NodeReportRow,
  NodeReportWriting,
  ReportCounts,
} from '../../../authority/index.ts'
import type { Connection } from '../connection.ts'
import { prepareMany, prepareOne, shaped } from './rows.ts'
import { prepareAdd, prepareChange } from './statements.ts'

const CHANGE_COLUMNS = `node, coalesce(settled, 'null') AS settled, changed_at AS changedAt,
  allowed_at AS allowedAt, coalesce(pending, 'null') AS pending, pending_since AS pendingSince`
const asChange = shaped(['settled', 'pending'], [])

const BEARERS = `
  WITH wanted AS (SELECT value AS host FROM json_each(@hosts)),
    bearers AS (
      SELECT name AS node, hosts FROM nodes WHERE state <> 'removed'
      UNION ALL
      SELECT node, hosts FROM tickets
      WHERE revoked_at IS NULL AND spent_at IS NULL AND expires_at > @now
    )
  SELECT node AS host, node FROM bearers WHERE node <> @node AND node IN (SELECT host FROM wanted)
  UNION
  SELECT json_extract(value, '$.value') AS host, node FROM bearers, json_each(bearers.hosts)
  WHERE node <> @node AND json_extract(value, '$.value') IN (SELECT host FROM wanted)`

// One that joined a while ago counts from then; its first identity may be a renewed one by now.
const COUNTS = `
  SELECT
    (SELECT count(*) FROM nodes
     JOIN identities ON identities.node = nodes.name AND identities.state = 'current'
     LEFT JOIN node_reports ON node_reports.node = nodes.name
     WHERE nodes.state = 'joined'
       AND coalesce(node_reports.received_at, identities.changed_at, '') < @since) AS silent,
    (SELECT count(*) FROM node_reports JOIN nodes ON nodes.name = node_reports.node
     WHERE failures > 0 AND nodes.state = 'joined') AS failing,
    (SELECT count(*) FROM node_changes WHERE pending IS NOT NULL) AS changes`

export const nodeReportReading = (connection: Connection): NodeReportReading => {
  const list = prepareMany<NodeChangeRow>(
    connection,
    `SELECT ${CHANGE_COLUMNS} FROM node_changes
     WHERE pending IS NOT NULL AND node > ? ORDER BY node LIMIT ?`,
    asChange,
  )
  const bearers = prepareMany<{ host: string; node: string }>(connection, BEARERS)
  const count = prepareOne<ReportCounts>(connection, COUNTS)
  return {
    findNodeReport: prepareOne<NodeReportRow>(
      connection,
      'SELECT node, received_at AS receivedAt, report FROM node_reports WHERE node = ?',
      shaped(['report'], []),
    ),
    findNodeChange: prepareOne<NodeChangeRow>(
      connection,
      `SELECT ${CHANGE_COLUMNS} FROM node_changes WHERE node = ?`,
      asChange,
    ),
    listPendingChanges: (limit, after = '') => list(after, limit),
    listOtherBearers: (hosts, node, now) => bearers({ hosts: JSON.stringify(hosts), node, now }),
    countReports: async (since) =>
      (await count({ since })) ?? { silent: 0, failing: 0, changes: 0 },
  }
}

export const nodeReportWriting = (connection: Connection): NodeReportWriting => {
  const putReport = prepareAdd(
    connection,
    `INSERT OR REPLACE INTO node_reports (node, received_at, failures, report)
     VALUES (?, ?, ?, ?)`,
  )
  const putChange = prepareAdd(
    connection,
    `INSERT OR REPLACE INTO node_changes
     (node, settled, changed_at, allowed_at, pending, pending_since) VALUES (?, ?, ?, ?, ?, ?)`,
  )
  const setHosts = prepareChange(connection, 'UPDATE nodes SET hosts = ? WHERE name = ?')
  const forgetReport = prepareAdd(connection, 'DELETE FROM node_reports WHERE node = ?')
  const forgetChange = prepareAdd(connection, 'DELETE FROM node_changes WHERE node = ?')
  const json = (value: unknown): string | null => (value === null ? null : JSON.stringify(value))
  return {
    putNodeReport: ({ node, receivedAt, report }) =>
      putReport(node, receivedAt, report.failures.length, JSON.stringify(report)),
    putNodeChange: ({ node, settled, changedAt, allowedAt, pending, pendingSince }) =>
      putChange(node, json(settled), changedAt, allowedAt, json(pending), pendingSince),
    setNodeHosts: (node, hosts) => setHosts(JSON.stringify(hosts), node),
    forgetNodeReport: async (node) => {
      await forgetReport(node)
      await forgetChange(node)
    },
  }
}
