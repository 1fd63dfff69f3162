import type { Proof } from '@easycerts/shared/certificate-spec'
import type { Provable } from '../pass/index.ts'
import { ALARM_REASONS, type ProofBook, type ProofRecord } from '../plan/index.ts'

/** Whether the certificate on the disk is in use, as far as certmgr has seen. */
export interface UseReport {
  readonly state: 'proven' | 'waiting' | 'alarm'
  /** server: it was served; client: it was accepted. */
  readonly use: Proof['use']
  readonly address: string
  readonly provenAt?: Date
  readonly reason?: string
  /** The old certificate that was served at the last look. */
  readonly servedSerialNumber?: string
}

/** A trust bundle whose use can be proved, as status shows it. */
export interface BundleReport {
  readonly name: string
  readonly inUse: UseReport
}

export const reportBundle = (
  { spec: { name }, proof, id }: Provable,
  book: ProofBook,
): BundleReport[] => {
  const inUse = reportUse(proof, { serialNumber: id }, book[name])
  return inUse ? [{ name, inUse }] : []
}

/** Its line in status, of an alarm alone. */
export const bundleLines = ({ name, inUse }: BundleReport): string[] =>
  inUse.state === 'alarm' ? [`trust bundle ${name}: ${inUse.reason ?? 'not in use'}`] : []

/** Undefined where the spec says nothing of a proof, or there is no certificate. */
export const reportUse = (
  proof: Proof | undefined,
  certificate: { readonly serialNumber: string } | undefined,
  record: ProofRecord | undefined,
): UseReport | undefined => {
  if (!proof || !certificate) return undefined
  const { use, address } = proof
  if (record?.serialNumber !== certificate.serialNumber) return { state: 'waiting', use, address }
  const { state, provenAt, reason, servedSerialNumber } = record
  return {
    state,
    use,
    address,
    ...(provenAt ? { provenAt } : {}),
    ...(reason ? { reason: ALARM_REASONS[reason] } : {}),
    ...(servedSerialNumber === undefined ? {} : { servedSerialNumber }),
  }
}

const WORDS: Readonly<Record<Proof['use'], string>> = { server: 'proven', client: 'accepted' }

/** Its cell in status; `until` tells how far away an instant is. */
export const useCell = (
  use: UseReport | undefined,
  until: (instant: Date | undefined) => string,
): string => {
  if (!use) return '-'
  if (use.state === 'alarm') return use.reason ?? 'no'
  if (use.state === 'waiting') return 'not yet'
  return `${WORDS[use.use]} ${until(use.provenAt).replace(/^-/, '')} ago`
}
