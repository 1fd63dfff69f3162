import { decodePemBlocks } from '@easycerts/shared/encoding'
import { seconds } from '@easycerts/shared/time'
import { parseCertificate } from '@easycerts/shared/x509'
import type { KnownRemote, Tally } from '../pass/index.ts'
import type { CertificateReport, Report } from '../report/index.ts'
import type { SourcedBundle, SpecFile } from '../specs/index.ts'
import type { TrustBundles } from '../state/index.ts'
import type { CertmgrMetrics } from './metric-table.ts'
import { unixTime } from './unix-time.ts'

/** What the metrics of Cloudflare's certmgr are made of. */
export interface SpecMetricSources {
  readonly report: Pick<Report, 'certificates'>
  readonly tally: Pick<Tally, 'renewed' | 'failed'>
  readonly files: readonly SpecFile[]
  readonly bundles: TrustBundles | undefined
  /** By the name of the remote. */
  readonly remotes?: ReadonlyMap<string, KnownRemote>
}

/** Failures that a disk has caused; every other one came of asking. */
const OF_THE_DISK = /^ERR_(FILE_\w+|USER_UNKNOWN)$/

/** The old names, their doubled word too, by the path of the spec as it was loaded. */
export const collectSpecMetrics = ({ set }: CertmgrMetrics, sources: SpecMetricSources): void => {
  const { report, tally, files } = sources
  const certificates = new Map(report.certificates.map((each) => [each.name, each]))
  const by = (value: (specName: string) => number | undefined) =>
    files.flatMap(({ file, spec: { name } }) => {
      const number = value(name)
      return number === undefined ? [] : [[{ name: file }, number] as const]
    })
  set('certmgr_spec_expire_timestamp', endsOf(sources, certificates))
  set(
    'certmgr_spec_expire_before_duration_seconds',
    by((name) => leadOf(certificates.get(name))),
  )
  set(
    'certmgr_spec_spec_next_wake_timestamp',
    by((name) => timeOf(certificates.get(name)?.nextRenewalAt)),
  )
  const failed = [...tally.failed].map(([key, count]) => ({ key: key.split(' '), count }))
  const failures = (name: string, isOfDisk: boolean): number =>
    failed
      .filter(({ key: [of, code = ''] }) => of === name && OF_THE_DISK.test(code) === isOfDisk)
      .reduce((sum, { count }) => sum + count, 0)
  set(
    'certmgr_spec_write_count',
    by((name) => tally.renewed.get(name) ?? 0),
  )
  set(
    'certmgr_spec_write_failure_count',
    by((name) => failures(name, true)),
  )
  set(
    'certmgr_spec_request_failure_count',
    by((name) => failures(name, false)),
  )
}

type ByName = ReadonlyMap<string, CertificateReport>

const timeOf = (instant: Date | undefined): number | undefined => instant && unixTime(instant)

const leadOf = (certificate: CertificateReport | undefined): number | undefined =>
  certificate?.notAfter && certificate.nextRenewalAt
    ? (certificate.notAfter.getTime() - certificate.nextRenewalAt.getTime()) / seconds(1)
    : undefined

const endsOf = (sources: SpecMetricSources, certificates: ByName) =>
  sources.files.flatMap(({ file, spec }) => {
    const isCertificate = spec.kind === 'Certificate'
    const end = isCertificate
      ? certificates.get(spec.name)?.notAfter
      : firstEndIn(bundleOf(sources, spec))
    const type = isCertificate ? 'cert' : 'ca'
    return end ? [[{ name: file, type }, unixTime(end)] as const] : []
  })

/** PEM of certificates; the keys of service accounts have no end. */
const bundleOf = (
  { bundles, remotes }: SpecMetricSources,
  { purpose, source }: SourcedBundle,
): string => {
  if (source) return remotes?.get(source.remote)?.bundle ?? ''
  return purpose === 'service-account' ? '' : (bundles?.[purpose] ?? '')
}

/** A bundle is as old as the first of its CAs to end. */
const firstEndIn = (pem: string): Date | undefined =>
  decodePemBlocks(pem)
    .map(({ der }) => parseCertificate(der).validity.notAfter)
    .toSorted((a, b) => a.getTime() - b.getTime())[0]
