import type { RestartLease } from '@easycerts/shared/restart-lease'
import type { RestartLeaseReading, RestartLeaseWriting } from '../../../authority/index.ts'
import type { Connection } from '../connection.ts'
import { prepareMany } from './rows.ts'
import { prepareAdd } from './statements.ts'

interface LeaseRow {
  readonly component: string
  readonly node: string
  readonly id: string
  readonly takenAt: string
  readonly expiresAt: string
  readonly endedHow: 'released' | 'broken' | null
  readonly endedAt: string | null
}

const leaseOf = ({ component, node, id, endedHow, endedAt, ...row }: LeaseRow): RestartLease => ({
  component,
  node,
  id,
  takenAt: new Date(row.takenAt),
  expiresAt: new Date(row.expiresAt),
  ...(endedHow !== null && endedAt !== null
    ? { ended: { how: endedHow, at: new Date(endedAt) } }
    : {}),
})

export const restartLeaseReading = (connection: Connection): RestartLeaseReading => {
  const list = prepareMany<LeaseRow>(
    connection,
    `SELECT component, node, id, taken_at AS takenAt, expires_at AS expiresAt,
       ended_how AS endedHow, ended_at AS endedAt
     FROM restart_leases JOIN nodes ON nodes.name = restart_leases.node
     WHERE nodes.state = 'joined' ORDER BY component, taken_at, node`,
  )
  return { listRestartLeases: async () => (await list()).map(leaseOf) }
}

export const restartLeaseWriting = (connection: Connection): RestartLeaseWriting => {
  const put = prepareAdd(
    connection,
    `INSERT OR REPLACE INTO restart_leases
     (component, node, id, taken_at, expires_at, ended_how, ended_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  )
  return {
    putRestartLease: ({ component, node, id, takenAt, expiresAt, ended }) =>
      put(
        ...[component, node, id, takenAt.toISOString(), expiresAt.toISOString()],
        ...(ended ? [ended.how, ended.at.toISOString()] : [null, null]),
      ),
  }
}
