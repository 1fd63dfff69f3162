import { type AdminRequest, checkAdminRequest } from '@easycerts/shared/issuance'
import { type Certificate, parseCertificateRequest } from '@easycerts/shared/x509'
import type { Authority } from './authority.ts'
import { issueCertificate } from './issue-certificate.ts'

/** A person's client certificate, asked for by somebody who may open the operator's socket. */
export const issueAdminCertificate = async (
  authority: Authority,
  operator: string,
  wish: AdminRequest & { readonly csr: string },
): Promise<Certificate> => {
  checkAdminRequest(wish)
  return issueCertificate(authority, {
    request: parseCertificateRequest(wish.csr),
    profile: 'admin',
    requester: { kind: 'operator', name: operator },
    facts: { request: { user: wish.user, groups: wish.groups } },
    life: wish.life,
  })
}
