import type { NodeReading, NodeRow, NodeWriting } from '../../../authority/index.ts'
import type { Connection } from '../open-database.ts'
import { prepareMany, prepareOne, shaped } from './rows.ts'
import { prepareAdd, prepareChange } from './statements.ts'

const COLUMNS =
  'name, role, hosts, cluster_admin AS clusterAdmin, state, last_seen_at AS lastSeenAt'
const asNode = shaped(['hosts'], ['clusterAdmin'])

export const nodeReading = (connection: Connection): NodeReading => {
  const list = prepareMany<NodeRow>(
    connection,
    `SELECT ${COLUMNS} FROM nodes WHERE name > ? ORDER BY name LIMIT ?`,
    asNode,
  )
  return {
    findNode: prepareOne<NodeRow>(
      connection,
      `SELECT ${COLUMNS} FROM nodes WHERE name = ?`,
      asNode,
    ),
    listNodes: (limit, after = '') => list(after, limit),
    listMasters: prepareMany<NodeRow>(
      connection,
      `SELECT ${COLUMNS} FROM nodes WHERE role = 'master' ORDER BY name`,
      asNode,
    ),
  }
}

export const nodeWriting = (connection: Connection): NodeWriting => {
  const put = prepareAdd(
    connection,
    `INSERT INTO nodes (name, role, hosts, cluster_admin, state) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (name) DO UPDATE SET role = excluded.role, hosts = excluded.hosts,
     cluster_admin = excluded.cluster_admin, state = excluded.state`,
  )
  const touch = prepareChange(connection, 'UPDATE nodes SET last_seen_at = ? WHERE name = ?')
  return {
    putNode: ({ name, role, hosts, clusterAdmin, state }) =>
      put(name, role, JSON.stringify(hosts), Number(clusterAdmin), state),
    touchNode: (name, seenAt) => touch(seenAt, name),
  }
}
