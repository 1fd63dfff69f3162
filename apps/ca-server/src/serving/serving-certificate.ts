import type { Authority } from '../authority/index.ts'
import { issueServingPair, type ServingPair } from './serving-pair.ts'

/** ca-server's own TLS certificate, by the enrolment CA that tickets pin. */
export interface ServingCertificate {
  current(): ServingPair
  /** Replaces the pair; the old one stays in use if this fails. */
  renew(): Promise<ServingPair>
}

export const openServingCertificate = async (authority: Authority): Promise<ServingCertificate> => {
  const issue = (): Promise<ServingPair> =>
    issueServingPair(authority, 'ca-server', [authority.issuers.enrolment.certificate])
  let pair = await issue()
  return {
    current: () => pair,
    renew: async () => (pair = await issue()),
  }
}
