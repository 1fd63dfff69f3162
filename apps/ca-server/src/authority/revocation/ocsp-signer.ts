import { generateSigningKey } from '@easycerts/shared/key'
import { renewalTime } from '@easycerts/shared/renewal'
import type { OcspSigner } from '@easycerts/shared/revocation'
import { buildCertificateRequest, parseCertificateRequest } from '@easycerts/shared/x509'
import type { Authority } from '../authority.ts'
import { issueCertificate } from '../issue-certificate.ts'
import type { Issuer } from '../issuers.ts'

/** A signer with its dates; its key is in memory alone. */
export interface DatedOcspSigner extends OcspSigner {
  readonly dueAt: Date
  readonly notAfter: Date
}

/**
 * Who answers for an issuer, so that the issuer's own key signs no answers to strangers. Made when
 * the first client asks, and replaced in time when one asks later.
 */
export class OcspSigners {
  readonly #authority: Authority
  readonly #signers = new Map<string, Promise<DatedOcspSigner>>()

  constructor(authority: Authority) {
    this.#authority = authority
  }

  async signerOf(issuer: Issuer): Promise<DatedOcspSigner> {
    const known = this.#signers.get(issuer.id)
    if (known && (await known).dueAt > this.#authority.clock()) return known
    // Several clients may have waited for the same one.
    const meanwhile = this.#signers.get(issuer.id)
    if (meanwhile && meanwhile !== known) return meanwhile
    return this.#replace(issuer, known)
  }

  async #replace(
    issuer: Issuer,
    known: Promise<DatedOcspSigner> | undefined,
  ): Promise<DatedOcspSigner> {
    const fresh = issueSigner(this.#authority, issuer)
    this.#signers.set(issuer.id, fresh)
    try {
      return await fresh
    } catch (error) {
      if (known) this.#signers.set(issuer.id, known)
      else this.#signers.delete(issuer.id)
      // The old one is good for as long as it lives.
      if (known && (await known).notAfter > this.#authority.clock()) return known
      throw error
    }
  }
}

const issueSigner = async (authority: Authority, issuer: Issuer): Promise<DatedOcspSigner> => {
  const key = await generateSigningKey('ecdsa-p256')
  const { der, validity, serialNumber } = await issueCertificate(authority, {
    request: parseCertificateRequest(buildCertificateRequest(key)),
    profile: `ocsp-signer-${issuer.purpose}`,
    requester: { kind: 'ca-server' },
  })
  return {
    key,
    certificate: der,
    dueAt: renewalTime(validity, serialNumber),
    notAfter: validity.notAfter,
  }
}
