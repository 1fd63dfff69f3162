import { GUARDED_COMPONENTS, isGuarded } from '@easycerts/shared/restart-lease'
import { type Duration, seconds } from '@easycerts/shared/time'
import { parseTrustDocument } from '@easycerts/shared/trust'
import {
  type Authority,
  countReports,
  listRestartLeases,
  statusOfClock,
} from '../authority/index.ts'
import type { ServerLedger } from '../health/index.ts'
import type { ServingCertificate } from '../serving/index.ts'
import type { ServerMetrics } from './metric-table.ts'

export interface GaugeSources {
  readonly authority: Authority
  readonly serving: ServingCertificate
  readonly ledger: ServerLedger
  /** Open connections by listener. */
  readonly connections: () => Promise<ReadonlyMap<string, number>>
  /** When the last backup was made. */
  readonly lastBackup: () => Date | undefined
}

const unixTime = (instant: Date): number => instant.getTime() / seconds(1)

/** However often somebody scrapes, the records are asked this seldom. */
const FRESHNESS: Duration = seconds(5)

/** Brings the gauges up to date before they are rendered. */
export const createGaugeCollector = (
  registry: ServerMetrics,
  sources: GaugeSources,
  monotonic: () => number,
): (() => Promise<void>) => {
  let collectedAt = -Infinity
  return async () => {
    await collectFromProcess(registry, sources)
    if (monotonic() - collectedAt < FRESHNESS) return
    collectedAt = monotonic()
    await collectFromRecords(registry, sources.authority)
  }
}

const collectFromProcess = async (
  { set }: ServerMetrics,
  { authority, serving, ledger, connections, lastBackup }: GaugeSources,
): Promise<void> => {
  set(
    'easycerts_http_connections',
    [...(await connections())].map(([listener, count]) => [{ listener }, count]),
  )
  set(
    'easycerts_issuer_not_after_seconds',
    Object.values(authority.issuers).map(({ id, notAfter }) => [
      { issuer: id },
      unixTime(notAfter),
    ]),
  )
  const { notAfter } = serving.current().certificate.validity
  set('easycerts_server_certificate_not_after_seconds', [[{}, unixTime(notAfter)]])
  const backup = lastBackup()
  set('easycerts_backup_seconds', [[{}, backup === undefined ? 0 : unixTime(backup)]])
  set(
    'easycerts_maintenance_success_seconds',
    ledger.outcomes().flatMap(({ task }) => {
      const at = ledger.lastSuccess(task)
      return at === undefined ? [] : [[{ task }, unixTime(at)] as const]
    }),
  )
  set('easycerts_draining', [[{}, Number(ledger.isDraining())]])
}

const collectFromRecords = async ({ set }: ServerMetrics, authority: Authority): Promise<void> => {
  const now = authority.clock().toISOString()
  const { counts, crls } = await authority.store.read(async (reading) => ({
    counts: await reading.countRecords(now),
    crls: await Promise.all(Object.values(authority.issuers).map(({ id }) => reading.findCrl(id))),
  }))
  set('easycerts_log_entries', [[{}, counts.logEntries]])
  set(
    'easycerts_nodes',
    Object.entries(counts.nodes).map(([state, count]) => [{ state }, count]),
  )
  set(
    'easycerts_tickets',
    Object.entries(counts.tickets).map(([state, count]) => [{ state }, count]),
  )
  set(
    'easycerts_crl_next_update_seconds',
    crls.flatMap((crl) =>
      crl ? [[{ issuer: crl.issuerId }, unixTime(new Date(crl.nextUpdate))] as const] : [],
    ),
  )
  await collectTrust(set, authority)
  const reports = await countReports(authority)
  set('easycerts_nodes_silent', [[{}, reports.silent]])
  set('easycerts_nodes_failing', [[{}, reports.failing]])
  set('easycerts_node_changes_pending', [[{}, reports.changes]])
  await collectLeases(set, authority)
  const clock = await statusOfClock(authority)
  set('easycerts_clock_held', [[{}, Number(clock.state !== 'good')]])
}

/** Components of the operator's own are counted together: no label grows with what nodes say. */
const collectLeases = async (set: ServerMetrics['set'], authority: Authority): Promise<void> => {
  const held = await listRestartLeases(authority)
  const counts = new Map(Object.keys(GUARDED_COMPONENTS).map((name) => [name, 0]))
  for (const { component } of held) {
    const label = isGuarded(component) ? component : 'other'
    counts.set(label, (counts.get(label) ?? 0) + 1)
  }
  set(
    'easycerts_restart_leases',
    [...counts].map(([component, count]) => [{ component }, count]),
  )
}

const collectTrust = async (set: ServerMetrics['set'], { store }: Authority): Promise<void> => {
  const newest = await store.read((reading) => reading.findNewestTrust())
  if (!newest) return
  const { version, issuedAt, expiresAt } = parseTrustDocument(newest.document)
  set('easycerts_trust_version', [[{}, version]])
  set('easycerts_trust_issued_seconds', [[{}, unixTime(new Date(issuedAt))]])
  set('easycerts_trust_expires_seconds', [[{}, unixTime(new Date(expiresAt))]])
}
