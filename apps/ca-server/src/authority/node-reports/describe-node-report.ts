import { addDuration, hours } from '@easycerts/shared/time'
import type { Authority } from '../authority.ts'
import type { NodeChangeRow, NodeReportRow, ReportCounts } from '../store/index.ts'

/** What a node last told, and what it asks for. */
export interface NodeStanding {
  readonly report: NodeReportRow | undefined
  readonly change: NodeChangeRow | undefined
}

/** Empty for a node that never reported. */
export const describeNodeReport = (
  { store }: Pick<Authority, 'store'>,
  node: string,
): Promise<NodeStanding> =>
  store.read(async (reading) => ({
    report: await reading.findNodeReport(node),
    change: await reading.findNodeChange(node),
  }))

/** Longer than the longest wait between two reports, and than the age of one that says the same. */
const SILENCE = hours(24)

export const countReports = ({
  store,
  clock,
}: Pick<Authority, 'store' | 'clock'>): Promise<ReportCounts> =>
  store.read((reading) => reading.countReports(addDuration(clock(), 0 - SILENCE).toISOString()))
