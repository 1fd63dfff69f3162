import type { Secret } from '@easycerts/shared/encoding'
import { type ExportableKey, generateSigningKey } from '@easycerts/shared/key'
import { renewalTime } from '@easycerts/shared/renewal'
import {
  buildCertificateRequest,
  type Certificate,
  certificatePem,
  parseCertificateRequest,
} from '@easycerts/shared/x509'
import { type Authority, issueCertificate } from '../authority/index.ts'

/** ca-server's own TLS certificate: its key never touches a disk, and each start makes a new one. */
export interface ServingCertificate {
  current(): ServingPair
  /** Replaces the pair; the old one stays in use if this fails. */
  renew(): Promise<ServingPair>
}

export interface ServingPair {
  readonly certificate: Certificate
  readonly signingKey: ExportableKey
  readonly dueAt: Date
  /** PEM for TLS: the leaf, then the enrolment CA that tickets pin. */
  readonly credentials: { readonly cert: string; readonly key: Secret<string> }
}

export const openServingCertificate = async (authority: Authority): Promise<ServingCertificate> => {
  let pair = await issuePair(authority)
  return {
    current: () => pair,
    renew: async () => (pair = await issuePair(authority)),
  }
}

const issuePair = async (authority: Authority): Promise<ServingPair> => {
  const signingKey = await generateSigningKey('ecdsa-p256')
  const certificate = await issueCertificate(authority, {
    request: parseCertificateRequest(buildCertificateRequest(signingKey)),
    profile: 'ca-server',
    requester: { kind: 'ca-server' },
    facts: { caServer: { hosts: authority.hosts } },
  })
  const chain =
    certificatePem(certificate) + certificatePem(authority.issuers.enrolment.certificate)
  return {
    certificate,
    signingKey,
    dueAt: renewalTime(certificate.validity, certificate.serialNumber),
    credentials: { cert: chain, key: signingKey.exportPem() },
  }
}
