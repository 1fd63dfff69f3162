import { type CertificateRequest, parseCertificateRequest } from '@easycerts/shared/x509'
import type { Authority } from './authority.ts'

/** A request by somebody's key, PEM, as `parseCertificateRequest`; keys that the operator lists are refused too. */
export const parseCsr = ({ policy }: Pick<Authority, 'policy'>, pem: string): CertificateRequest =>
  parseCertificateRequest(pem, policy.current().knownBadKeys)
