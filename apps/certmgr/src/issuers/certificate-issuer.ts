import type { ExportableKey } from '@easycerts/shared/key'
import type { CertificateChain } from '@easycerts/shared/x509'
import type { SourcedCertificate } from '../specs/index.ts'

/** Port: whoever issues the certificates of some specs, for the length of one pass. */
export interface CertificateIssuer {
  /**
   * A certificate for this key that its consumer may have: it has been checked, chain and all.
   * ERR_CA_REPLY_INVALID for a wrong one, ERR_CA_UNREACHABLE and ERR_CA_TIMEOUT for an absence, or
   * what the issuer refused with.
   */
  issue(spec: SourcedCertificate, key: ExportableKey): Promise<CertificateChain>
  /** Its clock, told a moment ago; undefined where it tells none. */
  readonly time: Date | undefined
}
