import { EasycertsError } from '../errors/index.ts'

/**
 * RFC 5280 §5.3.1, by code. certificateHold is not among them: who revokes here revokes for good,
 * and a node is set aside for a while by quarantine. removeFromCRL belongs to delta CRLs.
 */
export const REVOCATION_REASONS = {
  unspecified: 0,
  keyCompromise: 1,
  cACompromise: 2,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  privilegeWithdrawn: 9,
  aACompromise: 10,
} as const

export type RevocationReason = keyof typeof REVOCATION_REASONS

export const REVOCATION_REASON_NAMES = Object.keys(REVOCATION_REASONS) as [
  RevocationReason,
  ...RevocationReason[],
]

/** What OCSP says of a serial number that was never issued (RFC 6960 §2.2). */
export const CERTIFICATE_HOLD = 6

/** ERR_USAGE with the names there are; certificateHold is told about apart. */
export const parseRevocationReason = (text: string): RevocationReason => {
  const reason = REVOCATION_REASON_NAMES.find((name) => name === text)
  if (reason) return reason
  throw new EasycertsError('ERR_USAGE', `"${text.slice(0, 40)}" is not a reason of revocation`, {
    hint:
      text === 'certificateHold'
        ? 'a revocation is final; to set a node aside for a while, quarantine it'
        : `choose one of ${REVOCATION_REASON_NAMES.join(', ')}`,
  })
}

/** The reason of a code on the wire; undefined for one that we never write. */
export const reasonOfCode = (code: number): RevocationReason | undefined =>
  REVOCATION_REASON_NAMES.find((name) => REVOCATION_REASONS[name] === code)
