import type { JoinSession } from '@easycerts/adapters/join-session'
import type { RouteReply } from '@easycerts/shared/api'
import { EasycertsError } from '@easycerts/shared/errors'
import type { ExportableKey } from '@easycerts/shared/key'
import {
  type Certificate,
  findOutOfDate,
  isSignedBy,
  parseCertificatePem,
} from '@easycerts/shared/x509'

/**
 * The identity in the answer to a join: for our key, by the pinned CA, in our name, valid at the
 * CA's own time. ERR_CA_REPLY_INVALID.
 */
export const checkedIdentity = (
  reply: RouteReply<'join'>,
  key: ExportableKey,
  { server: { anchor } }: JoinSession,
): Certificate => {
  const certificate = parsedIdentity(reply.certificate)
  const isGenuine =
    certificate.pin === key.publicKey.pin &&
    certificate.issuer.equals(anchor.subjectDer) &&
    isSignedBy(certificate, anchor) &&
    certificate.subject.some(
      ({ type, value }) => type === 'commonName' && value === reply.node.name,
    ) &&
    // The answer's own time: the one asked for before may lie a second before notBefore.
    findOutOfDate([certificate], new Date(reply.time)) === undefined
  if (!isGenuine)
    throw new EasycertsError('ERR_CA_REPLY_INVALID', 'the identity that the CA sent is not ours')
  return certificate
}

const parsedIdentity = (pem: string): Certificate => {
  try {
    return parseCertificatePem(pem)
  } catch (cause) {
    const message = 'the identity that the CA sent cannot be read'
    throw new EasycertsError('ERR_CA_REPLY_INVALID', message, { cause })
  }
}
