import type { NodeFacts, Role } from '@easycerts/shared/cluster'

/**
 * joining: a ticket was used, and no identity of it is confirmed; joined: it has a current identity;
 * quarantined: by an operator; frozen: two holders of its identity were seen; removed: it is gone,
 * and only its log is kept.
 */
export const NODE_STATES = ['joining', 'joined', 'quarantined', 'frozen', 'removed'] as const

export type NodeState = (typeof NODE_STATES)[number]

export interface NodeRow {
  readonly name: string
  readonly role: Role
  readonly hosts: NodeFacts['hosts']
  readonly clusterAdmin: boolean
  readonly state: NodeState
  /** Why it is in this state, in words of whoever put it there; null if nobody did. */
  readonly stateReason: string | null
  /** Null in records of before states had a time. */
  readonly stateSince: string | null
  readonly lastSeenAt: string | null
}

/** What a new state is written from; without a reason and a time it has none. */
export type NewNodeRow = Omit<NodeRow, 'lastSeenAt' | 'stateReason' | 'stateSince'> &
  Partial<Pick<NodeRow, 'stateReason' | 'stateSince'>>

/** Which nodes a list shows; all that is given must hold. */
export interface NodeFilter {
  /** Left out: all but those that were removed. */
  readonly state?: NodeState | undefined
  readonly role?: Role | undefined
  readonly namePrefix?: string | undefined
  /** Not seen since then, or never. */
  readonly notSeenSince?: string | undefined
}

export interface NodePage {
  readonly rows: readonly NodeRow[]
  /** Name to go on behind; undefined at the end. */
  readonly next: string | undefined
}

export interface NodeReading {
  findNode(name: string): Promise<NodeRow | undefined>
  /** By name, from behind `after`; removed ones too. */
  listNodes(limit: number, after?: string): Promise<NodeRow[]>
  /** By name. A page looks at a bounded number of rows, so it may be short before the end. */
  pageOfNodes(filter: NodeFilter, limit: number, after?: string): Promise<NodePage>
  /** Without those that were removed. */
  listMasters(): Promise<NodeRow[]>
}

export interface NodeWriting {
  putNode(row: NewNodeRow): Promise<void>
  /** Compare and swap: ERR_STORE_CORRUPT unless the node is in the state that `from` names. */
  setNodeState(
    name: string,
    from: NodeState,
    to: Pick<NodeRow, 'state' | 'stateReason' | 'stateSince'>,
  ): Promise<void>
  touchNode(name: string, seenAt: string): Promise<void>
}
