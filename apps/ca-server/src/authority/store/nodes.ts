import type { NodeFacts, Role } from '@easycerts/shared/cluster'

export interface NodeRow {
  readonly name: string
  readonly role: Role
  readonly hosts: NodeFacts['hosts']
  readonly clusterAdmin: boolean
  readonly state: 'joining' | 'joined'
  readonly lastSeenAt: string | null
}

export interface NodeReading {
  findNode(name: string): Promise<NodeRow | undefined>
  /** By name, from behind `after`. */
  listNodes(limit: number, after?: string): Promise<NodeRow[]>
  listMasters(): Promise<NodeRow[]>
}

export interface NodeWriting {
  putNode(row: Omit<NodeRow, 'lastSeenAt'>): Promise<void>
  touchNode(name: string, seenAt: string): Promise<void>
}
