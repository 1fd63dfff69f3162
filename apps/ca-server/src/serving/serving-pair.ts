import type { Secret } from '@easycerts/shared/encoding'
import { type ExportableKey, generateSigningKey } from '@easycerts/shared/key'
import { renewalTime } from '@easycerts/shared/renewal'
import {
  buildCertificateRequest,
  type Certificate,
  certificateChainPem,
  parseCertificateRequest,
} from '@easycerts/shared/x509'
import { type Authority, issueCertificate } from '../authority/index.ts'

/** A TLS certificate of ca-server itself; its key never touches a disk, and each start makes a new one. */
export interface ServingPair {
  readonly certificate: Certificate
  readonly signingKey: ExportableKey
  readonly dueAt: Date
  /** PEM for TLS: the leaf, then what its clients need after it. */
  readonly credentials: { readonly cert: string; readonly key: Secret<string> }
}

/** `above`: what is sent after the leaf. */
export const issueServingPair = async (
  authority: Authority,
  profile: 'ca-server' | 'legacy-door',
  above: readonly Certificate[],
): Promise<ServingPair> => {
  const signingKey = await generateSigningKey('ecdsa-p256')
  const certificate = await issueCertificate(authority, {
    request: parseCertificateRequest(buildCertificateRequest(signingKey)),
    profile,
    requester: { kind: 'ca-server' },
    facts: { caServer: { hosts: authority.hosts } },
  })
  return {
    certificate,
    signingKey,
    dueAt: renewalTime(certificate.validity, certificate.serialNumber),
    credentials: {
      cert: certificateChainPem([certificate, ...above]),
      key: signingKey.exportPem(),
    },
  }
}
