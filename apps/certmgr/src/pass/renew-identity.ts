import type { NodeClient } from '@easycerts/adapters/ca-client'
import type { Identity, IdentityStore } from '@easycerts/adapters/identity-store'
import { EasycertsError } from '@easycerts/shared/errors'
import { generateSigningKey } from '@easycerts/shared/key'
import type { Clock } from '@easycerts/shared/time'
import {
  buildCertificateRequest,
  type Certificate,
  findOutOfDate,
  isSignedBy,
  parseCertificatePem,
} from '@easycerts/shared/x509'
import type { Session } from './certmgr-context.ts'

/**
 * Second phase: tells the CA, over the identity that has taken the place of the old one, that the
 * switch is durable. Does nothing for one that is confirmed; may be repeated.
 */
export const confirmIdentity = async (
  store: IdentityStore,
  client: NodeClient,
  session: Session,
): Promise<void> => {
  if (session.identity.isConfirmed) return
  await client.confirmIdentity()
  await store.markConfirmed()
  session.identity = reload(store)
}

/** Both phases, from wherever an earlier attempt was cut short. */
export const renewIdentity = async (
  store: IdentityStore,
  client: NodeClient,
  session: Session,
  clock: Clock,
): Promise<void> => {
  await switchIdentity(store, session, clock, (csr) => client.renewIdentity(csr))
  await confirmIdentity(store, client, session)
}

/**
 * First phase and the switch; the confirmation is owed then. The key is durable before it is
 * requested, so that a lost answer can be asked for again; the certificate before the switch.
 * `ask` gives the PEM of the CA's answer to a request.
 */
export const switchIdentity = async (
  store: IdentityStore,
  session: Session,
  clock: Clock,
  ask: (csr: string) => Promise<string>,
): Promise<void> => {
  if (!store.loadPending('renewal'))
    await store.savePending('renewal', await generateSigningKey(session.identity.key.algorithm))
  const pending = store.loadPending('renewal')
  if (pending && !isAlive(pending.certificate, clock())) {
    const certificate = parseCertificatePem(await ask(buildCertificateRequest(pending.key)))
    // The clock after the answer: before it, a new certificate may not have begun.
    requireGenuine(certificate, session, clock())
    await store.savePendingCertificate('renewal', certificate)
  }
  await store.promotePending('renewal')
  session.identity = reload(store)
}

const isAlive = (certificate: Certificate | undefined, now: Date): boolean =>
  certificate !== undefined && certificate.validity.notAfter >= now

const requireGenuine = (certificate: Certificate, session: Session, now: Date): void => {
  const anchor = parseCertificatePem(session.anchorPem)
  const isGenuine =
    certificate.issuer.equals(anchor.subjectDer) &&
    isSignedBy(certificate, anchor) &&
    certificate.subjectDer.equals(session.identity.certificate.subjectDer) &&
    findOutOfDate([certificate], now) === undefined
  if (!isGenuine)
    throw new EasycertsError('ERR_CA_REPLY_INVALID', 'the identity that the CA sent is not ours')
}

const reload = (store: IdentityStore): Identity => {
  const identity = store.load()
  if (!identity) throw new EasycertsError('ERR_NOT_JOINED', 'the identity is gone')
  return identity
}
