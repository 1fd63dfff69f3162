import type { Identity } from '@easycerts/adapters/identity-store'
import type { TrustMemory } from '@easycerts/adapters/trust-store'
import { renewalTime } from '@easycerts/shared/renewal'
import { formatName } from '@easycerts/shared/x509'
import { type Provable, suggestionFor, type Surveyed } from '../pass/index.ts'
import type { Attempts, Failure, ProofBook } from '../plan/index.ts'
import type { Histories, RenewalSuggestions, Status } from '../state/index.ts'
import { type FirstOutage, firstOutageOf } from './first-outage.ts'
import { type HistoryReport, reportHistory } from './report-generations.ts'
import { reportTrust, type TrustReport } from './report-trust.ts'
import { type BundleReport, reportBundle, reportUse, type UseReport } from './report-use.ts'

/** One certificate, as status shows it. */
export interface CertificateReport extends HistoryReport {
  readonly name: string
  readonly group: string
  readonly path: string
  readonly state: 'good' | 'due' | 'failing' | 'expired' | 'missing' | 'unreadable'
  /** Why it is to be renewed. */
  readonly reason?: string
  readonly subject?: string
  readonly serialNumber?: string
  readonly notAfter?: Date
  /** When it will be renewed, or tried again. */
  readonly nextRenewalAt?: Date
  /** Absent where its spec names no way to prove it. */
  readonly inUse?: UseReport
  readonly failures: number
  readonly lastFailure?: Failure
}

export interface IdentityReport {
  /** none: nothing here needs a CA of ours. */
  readonly state: 'good' | 'unconfirmed' | 'failing' | 'expired' | 'missing' | 'none'
  readonly node?: string
  readonly notAfter?: Date
  readonly nextRenewalAt?: Date
  readonly lastFailure?: Failure
}

export interface Report {
  readonly daemon: {
    readonly state: 'running' | 'not running'
    readonly pid?: number
    readonly since?: Date
  }
  readonly ca: Status['ca'] & { readonly lastFailure?: Failure }
  readonly identity: IdentityReport
  readonly trust: TrustReport
  readonly certificates: readonly CertificateReport[]
  /** Those whose use can be proved. */
  readonly bundles: readonly BundleReport[]
  /** What else fails: trust bundles, the daemon itself. */
  readonly troubles: readonly { readonly name: string; readonly lastFailure: Failure }[]
  readonly actions: Status['actions']
  readonly faults: readonly string[]
  readonly firstOutage?: FirstOutage
  readonly isWell: boolean
}

export interface ReportInput {
  readonly surveyed: readonly Surveyed[]
  readonly identity: Identity | undefined
  readonly suggestions: RenewalSuggestions
  readonly trust: TrustMemory
  /** Undefined where certmgr proves nothing. */
  readonly proofs: ProofBook | undefined
  readonly provableBundles: readonly Provable[]
  readonly histories: Histories
  readonly node: string | undefined
  /** What a living process knows. */
  readonly status: Pick<Status, 'ca' | 'attempts' | 'actions'> | undefined
  readonly daemon: Report['daemon']
  readonly faults: readonly string[]
  /** False where every spec is the old certmgr's; true when left out. */
  readonly isJoinExpected?: boolean
  readonly now: Date
}

export const buildReport = (input: ReportInput): Report => {
  const { surveyed, status, faults, daemon } = input
  const attempts = status?.attempts ?? {}
  const identity = reportIdentity(input)
  const certificates = surveyed.map((each) => reportCertificate(each, input))
  const own = new Set(['ca', 'identity', ...certificates.map(({ name }) => name)])
  const troubles = Object.entries(attempts).flatMap(([name, { lastFailure }]) =>
    own.has(name) ? [] : [{ name, lastFailure }],
  )
  const actions = status?.actions ?? []
  const { proofs, provableBundles } = input
  const bundles = proofs ? provableBundles.flatMap((each) => reportBundle(each, proofs)) : []
  const caFailure = attempts['ca']?.lastFailure
  const firstOutage = firstOutageOf(certificates, input.now)
  return {
    daemon,
    ca: {
      ...(status?.ca ?? { state: 'unknown' }),
      ...(caFailure ? { lastFailure: caFailure } : {}),
    },
    identity,
    trust: reportTrust(input.trust, input.now),
    certificates,
    bundles,
    troubles,
    actions,
    faults,
    ...(firstOutage ? { firstOutage } : {}),
    isWell:
      certificates.every(({ state }) => state === 'good' || state === 'due') &&
      [...certificates, ...bundles].every(({ inUse }) => inUse?.state !== 'alarm') &&
      (identity.state === 'good' || identity.state === 'none') &&
      caFailure === undefined &&
      troubles.length === 0 &&
      faults.length === 0 &&
      actions.every(({ attempts: tried }) => tried === undefined),
  }
}

const reportCertificate = (
  { finding, plan }: Surveyed,
  { status, proofs, histories, now }: ReportInput,
): CertificateReport => {
  const { spec, certificate } = finding
  const attempts = status?.attempts[spec.name]
  const inUse = proofs && reportUse(spec.proof, certificate, proofs[spec.name])
  return {
    name: spec.name,
    group: spec.group,
    path: spec.certificate.path,
    state: stateOf({ finding, plan }, attempts, now),
    ...('reason' in plan ? { reason: plan.reason } : {}),
    ...(certificate
      ? {
          subject: formatName(certificate.subject),
          serialNumber: certificate.serialNumber,
          notAfter: certificate.validity.notAfter,
        }
      : {}),
    nextRenewalAt: attempts?.nextAttemptAt ?? ('dueAt' in plan ? plan.dueAt : now),
    ...(inUse ? { inUse } : {}),
    failures: attempts?.failures ?? 0,
    ...(attempts ? { lastFailure: attempts.lastFailure } : {}),
    ...reportHistory(histories[spec.name], certificate),
  }
}

const stateOf = (
  { finding, plan }: Surveyed,
  attempts: Attempts | undefined,
  now: Date,
): CertificateReport['state'] => {
  if (finding.state !== 'present') return finding.state
  if (finding.certificate && finding.certificate.validity.notAfter < now) return 'expired'
  if (attempts) return 'failing'
  return plan.kind === 'renew' || plan.kind === 'wait' ? 'due' : 'good'
}

const reportIdentity = (input: ReportInput): IdentityReport => {
  const { identity, node, status, now, isJoinExpected = true } = input
  if (!identity) return { state: isJoinExpected ? 'missing' : 'none' }
  const { validity, serialNumber } = identity.certificate
  const failure = status?.attempts['identity']?.lastFailure
  const working = failure ? 'failing' : identity.isConfirmed ? 'good' : 'unconfirmed'
  return {
    state: validity.notAfter < now ? 'expired' : working,
    ...(node === undefined ? {} : { node }),
    notAfter: validity.notAfter,
    nextRenewalAt: renewalTime(validity, serialNumber, suggestionFor(input, identity.certificate)),
    ...(failure ? { lastFailure: failure } : {}),
  }
}
