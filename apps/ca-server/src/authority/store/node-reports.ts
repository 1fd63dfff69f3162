import type { Host } from '@easycerts/shared/cluster'
import type { NodeReport } from '@easycerts/shared/node-report'

/** The last report of a node; earlier ones are not kept. */
export interface NodeReportRow {
  readonly node: string
  /** When it was written down; the same report again costs no write for some hours. */
  readonly receivedAt: string
  readonly report: NodeReport
}

/** A reported host that the node may not have. */
export interface RefusedHost {
  readonly host: string
  readonly rule: string
}

/** A change of a node's hosts that waits for an operator. */
export interface PendingChange {
  /** Of node, `added` and `gone`. */
  readonly id: string
  readonly added: readonly Host[]
  readonly gone: readonly Host[]
  readonly refused: readonly RefusedHost[]
  /** Why policy does not make it by itself. */
  readonly why: string
  /** All that the machine bore, for what is settled after the decision. */
  readonly reported: readonly Host[]
}

/** What is known of the changes of one node's hosts. */
export interface NodeChangeRow {
  readonly node: string
  /** Hosts that its machine bore when nothing was open; null before its first report. */
  readonly settled: readonly string[] | null
  /** When its hosts on record last changed by a report or an operator. */
  readonly changedAt: string | null
  /** When policy last changed them by itself. */
  readonly allowedAt: string | null
  readonly pending: PendingChange | null
  readonly pendingSince: string | null
}

/** How many nodes somebody should look at. */
export interface ReportCounts {
  /** Joined before the given instant, and without a report since. */
  readonly silent: number
  /** Their last report names a failure. */
  readonly failing: number
  /** Changes that wait for an operator. */
  readonly changes: number
}

export interface NodeReportReading {
  findNodeReport(node: string): Promise<NodeReportRow | undefined>
  findNodeChange(node: string): Promise<NodeChangeRow | undefined>
  /** Those that wait for an operator, by node, from behind `after`. */
  listPendingChanges(limit: number, after?: string): Promise<NodeChangeRow[]>
  /** Other nodes that have one of these hosts on record, or by an open ticket. */
  listOtherBearers(
    hosts: readonly string[],
    node: string,
    now: string,
  ): Promise<{ readonly host: string; readonly node: string }[]>
  countReports(since: string): Promise<ReportCounts>
}

export interface NodeReportWriting {
  putNodeReport(row: NodeReportRow): Promise<void>
  putNodeChange(row: NodeChangeRow): Promise<void>
  setNodeHosts(node: string, hosts: readonly Host[]): Promise<void>
  /** For a node that goes, or that another machine takes the place of. */
  forgetNodeReport(node: string): Promise<void>
}
