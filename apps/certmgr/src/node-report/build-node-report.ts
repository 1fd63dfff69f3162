import { type ErrorCode, isErrorCode } from '@easycerts/shared/errors'
import { type Machine, type NodeReport, REPORT_LIMITS } from '@easycerts/shared/node-report'
import type { TrustDocument } from '@easycerts/shared/trust'
import type { CertificateFinding } from '../disk/index.ts'
import type { AttemptBook, ProofBook, ProofRecord } from '../plan/index.ts'

/** What a report is made from. */
export interface NodeReportFacts {
  readonly version: string
  readonly trust: Pick<TrustDocument, 'epoch' | 'version'> | undefined
  readonly machine: Machine
  readonly findings: readonly CertificateFinding[]
  /** By name of the spec, SHA-256 of the file; undefined where there is none. */
  readonly bundles: readonly (readonly [name: string, sha256: string | undefined])[]
  /** Milliseconds by which this clock is ahead of the CA's. */
  readonly clockOffset: number | undefined
  readonly attempts: AttemptBook
  readonly proofs: ProofBook
  readonly isRejoinNeeded: boolean
}

const MILLISECONDS = 1000

/** Nothing proves which bundle a component has loaded, and the report says so. */
const NOT_PROVED = null

export const buildNodeReport = (facts: NodeReportFacts): NodeReport => {
  const { version, trust, machine, clockOffset } = facts
  return {
    format: 1,
    easycerts: version,
    kubernetes: null,
    trust: trust ? { epoch: trust.epoch, version: trust.version } : null,
    machine,
    certificates: facts.findings
      .map(({ spec: { name, proof }, certificate }) => ({
        name,
        onDisk: certificate
          ? { serialNumber: certificate.serialNumber, fingerprint: certificate.fingerprint }
          : null,
        loaded: proof?.use === 'server' ? loadedOf(facts.proofs[name]) : null,
      }))
      .slice(0, REPORT_LIMITS.certificates),
    bundles: facts.bundles
      .map(([name, sha256]) => ({
        name,
        onDisk: sha256 === undefined ? null : { sha256 },
        loaded: NOT_PROVED,
      }))
      .slice(0, REPORT_LIMITS.bundles),
    clockOffset: clockOffset === undefined ? null : Math.round(clockOffset / MILLISECONDS),
    failures: [
      ...[...facts.attempts].map(([name, { lastFailure }]) => ({
        name,
        code: codeOf(lastFailure.code),
      })),
      ...Object.entries(facts.proofs).flatMap(([name, { state }]) =>
        state === 'alarm' ? [{ name, code: NOT_IN_USE }] : [],
      ),
    ].slice(0, REPORT_LIMITS.failures),
    hints: facts.isRejoinNeeded ? ['rejoin-for-units'] : [],
  }
}

const NOT_IN_USE = 'ERR_NOT_IN_USE' satisfies ErrorCode

/** What was served at the last look. A client's certificate is accepted, which proves no loading. */
const loadedOf = (
  record: ProofRecord | undefined,
): NodeReport['certificates'][number]['loaded'] => {
  const seen = record?.state === 'proven' ? record.serialNumber : record?.servedSerialNumber
  return seen === undefined ? null : { serialNumber: seen }
}

/** A CA of another version may have refused with a code that we do not know. */
const codeOf = (code: string): string => (isErrorCode(code) ? code : 'ERR_INTERNAL')
