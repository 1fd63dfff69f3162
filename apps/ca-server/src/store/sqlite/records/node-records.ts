import type {
  NodeFilter,
  NodePage,
  NodeReading,
  NodeRow,
  NodeWriting,
} from '../../../authority/index.ts'
import type { Connection } from '../connection.ts'
import { prepareMany, prepareOne, shaped } from './rows.ts'
import { prepareAdd, prepareChange } from './statements.ts'

const COLUMNS =
  'name, role, hosts, cluster_admin AS clusterAdmin, state, last_seen_at AS lastSeenAt, ' +
  'state_reason AS stateReason, state_since AS stateSince'
const asNode = shaped(['hosts'], ['clusterAdmin'])

/** So many rows are looked at in a few milliseconds, during which nothing is issued. */
const MAX_LOOKED_AT = 5_000

type Wish = Readonly<Record<keyof NodeFilter, string | null>>

const PAGE = `SELECT ${COLUMNS},
    CASE WHEN @state IS NULL THEN state <> 'removed' ELSE state = @state END
    AND (@role IS NULL OR role = @role)
    AND (@notSeenSince IS NULL OR coalesce(last_seen_at, '') < @notSeenSince) AS isWanted
  FROM nodes WHERE name > @after AND (@namePrefix IS NULL
    OR name >= @namePrefix AND name < @namePrefix || '~')
  ORDER BY name LIMIT ${MAX_LOOKED_AT}`

type Raw = Record<string, unknown> & { readonly name: string; readonly isWanted: 0 | 1 }

const nodePages = (connection: Connection): NodeReading['pageOfNodes'] => {
  const statement = connection.prepare<[Wish & { after: string }], Raw>(PAGE)
  return (filter, limit, after = '') => {
    const { state = null, role = null, namePrefix = null, notSeenSince = null } = filter
    const rows: NodeRow[] = []
    let lookedAt = 0
    let last: string | undefined
    for (const { isWanted, ...raw } of statement.iterate({
      ...{ state, role, namePrefix, notSeenSince },
      after,
    })) {
      lookedAt += 1
      last = raw['name']
      if (isWanted === 1) rows.push(asNode(raw) as NodeRow)
      if (rows.length === limit) break
    }
    const isEnd = rows.length < limit && lookedAt < MAX_LOOKED_AT
    const page: NodePage = { rows, next: isEnd ? undefined : last }
    return Promise.resolve(page)
  }
}

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
    pageOfNodes: nodePages(connection),
    listMasters: prepareMany<NodeRow>(
      connection,
      `SELECT ${COLUMNS} FROM nodes WHERE role = 'master' AND state <> 'removed' ORDER BY name`,
      asNode,
    ),
  }
}

export const nodeWriting = (connection: Connection): NodeWriting => {
  const put = prepareAdd(
    connection,
    `INSERT INTO nodes (name, role, hosts, cluster_admin, state, state_reason, state_since)
     VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (name) DO UPDATE SET role = excluded.role, hosts = excluded.hosts,
     cluster_admin = excluded.cluster_admin, state = excluded.state,
     state_reason = excluded.state_reason, state_since = excluded.state_since`,
  )
  const touch = prepareChange(connection, 'UPDATE nodes SET last_seen_at = ? WHERE name = ?')
  const setState = prepareChange(
    connection,
    'UPDATE nodes SET state = ?, state_reason = ?, state_since = ? WHERE name = ? AND state = ?',
  )
  return {
    putNode: ({ name, role, hosts, clusterAdmin, state, stateReason, stateSince }) =>
      put(
        name,
        role,
        JSON.stringify(hosts),
        Number(clusterAdmin),
        state,
        stateReason ?? null,
        stateSince ?? null,
      ),
    setNodeState: (name, from, { state, stateReason, stateSince }) =>
      setState(state, stateReason, stateSince, name, from),
    touchNode: (name, seenAt) => touch(seenAt, name),
  }
}
