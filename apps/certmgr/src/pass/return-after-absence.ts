import { witnessReturn } from '@easycerts/adapters/log-witness'
import { EasycertsError } from '@easycerts/shared/errors'
import { parseCertificatePem } from '@easycerts/shared/x509'
import type { CertmgrContext, Session } from './certmgr-context.ts'
import { switchIdentity } from './renew-identity.ts'

/**
 * Comes back with an identity that has expired while this node was away: the CA gives a successor
 * for a statement that the expired key signs. The switch is done then, and the confirmation owed.
 * ERR_CERTIFICATE_EXPIRED where no way is known, ERR_RETURN_REFUSED, ERR_CLOCK_WRONG.
 */
export const returnAfterAbsence = async (
  { store, trust, clock, log, askToReturn }: CertmgrContext,
  session: Session,
): Promise<void> => {
  const { identity, record, anchorPem } = session
  const { notAfter } = identity.certificate.validity
  const endpoints = trust.load().trust?.document.endpoints.join ?? []
  if (endpoints.length === 0)
    throw new EasycertsError(
      'ERR_CERTIFICATE_EXPIRED',
      `the identity of node ${record.node.name} ended at ${notAfter.toISOString()}`,
      { hint: 'this node knows no join listener of its CA: join the node again with a new ticket' },
    )
  await switchIdentity(store, session, clock, async (csr) => {
    const { certificate, log: receipt } = await askToReturn({
      endpoints,
      pins: [parseCertificatePem(anchorPem).pin],
      identity: identity.certificate.fingerprint,
      key: identity.key,
      csr,
    })
    const { fingerprint } = parseCertificatePem(certificate)
    await witnessReturn(store.directory, receipt, fingerprint)
    return certificate
  })
  log.warn('the identity of this node had expired, and the CA took the node back', {
    ended: notAfter.toISOString(),
  })
}
