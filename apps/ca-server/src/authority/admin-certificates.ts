import {
  type AdminRequest,
  checkAdminRequest,
  type OperatorRequester,
} from '@easycerts/shared/issuance'
import type { Certificate } from '@easycerts/shared/x509'
import type { Authority } from './authority.ts'
import { issueCertificate, type IssuanceWish } from './issue-certificate.ts'
import { parseCsr } from './parse-csr.ts'
import { tellingRefusals } from './refusals.ts'

const PROFILE = 'admin'

/** A person's client certificate, asked for by an operator. */
export const issueAdminCertificate = async (
  authority: Authority,
  requester: OperatorRequester,
  wish: AdminRequest & { readonly csr: string } & Pick<IssuanceWish, 'withRecord'>,
): Promise<Certificate> => {
  const asked = {
    requester,
    profile: PROFILE,
    isForMasters: wish.groups.includes('system:masters'),
  }
  await tellingRefusals(authority, asked, () => checkAdminRequest(wish))
  return issueCertificate(authority, {
    request: parseCsr(authority, wish.csr),
    profile: PROFILE,
    requester,
    facts: { request: { user: wish.user, groups: wish.groups } },
    life: wish.life,
    ...(wish.withRecord ? { withRecord: wish.withRecord } : {}),
  })
}
