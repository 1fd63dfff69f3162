import { recordedReasonOf, serialOfDecimal } from '@easycerts/cfssl/certdb'
import type { GoObject } from '@easycerts/cfssl/go-json'
import { badRequest, cfsslError } from '@easycerts/cfssl/protocol'
import { authorityKeyIdentifierOf, type Certificate } from '@easycerts/shared/x509'
import { adoptCertificate } from '../../authority/index.ts'
import { certificateOf } from '../certificate-of.ts'
import type { Endpoint } from '../endpoint.ts'
import { issuersOfDoor } from '../find-record.ts'
import { readBody } from '../read-body.ts'

/** In the words of cfssl's driver of SQLite. */
const KNOWN =
  'UNIQUE constraint failed: certificates.serial_number, certificates.authority_key_identifier'

/** Adds a certificate that an issuer of ours signed elsewhere to the records. */
export const certaddEndpoint: Endpoint = {
  name: 'certadd',
  method: 'POST',
  opensWith: 'unauthenticated-certadd',
  answer: async ({ authority }, call) => {
    const asked = readBody(call, 'certadd.AddRequest', readRequest, () =>
      badRequest('Unable to parse certificate addition request'),
    )
    const { certificate, revocation } = checked(asked)
    const outcome = await authority.store.transact((writing) =>
      adoptCertificate(
        writing,
        { issuers: issuersOfDoor(authority.issuers), clock: authority.clock },
        { certificate, revocation, source: `certadd ${call.address}` },
      ),
    )
    if (outcome === 'foreign') throw badRequest('not authorised')
    if (outcome !== 'adopted') throw cfsslError(11_000, KNOWN)
    return { result: {} }
  },
}

const readRequest = (object: GoObject) => ({
  serial: object.text('serial_number'),
  authorityKeyId: object.text('authority_key_identifier'),
  status: object.text('status'),
  reason: Number(object.number('reason') ?? 0),
  expiry: object.text('expiry'),
  revokedAt: object.text('revoked_at'),
  pem: object.text('pem'),
})

const STATUSES = ['good', 'revoked', 'unknown']
const REASONS = [0, 1, 2, 3, 4, 5, 6, 8, 9, 10]
const ZERO_TIME = '0001-01-01T00:00:00Z'

/** In the order of cfssl's checks. */
const checked = (asked: ReturnType<typeof readRequest>) => {
  const { serial, authorityKeyId, status, reason, pem } = asked
  if (serial === '') throw badRequest('Serial number is required but not provided')
  if (authorityKeyId === '')
    throw badRequest('Authority key identifier is required but not provided')
  if (!STATUSES.includes(status)) throw badRequest('Invalid certificate status')
  const isRevoked = status === 'revoked'
  const revokedAt = timeOf(asked.revokedAt)
  if (isRevoked && !revokedAt)
    throw badRequest('Revoked certificate should specify when it was revoked')
  if (isRevoked && !REASONS.includes(reason))
    throw badRequest('Invalid certificate status reason code')
  if (pem === '') throw badRequest('The provided certificate is empty')
  const certificate = certificateOf(pem, badRequest('Unable to parse PEM encoded certificates'))
  requireSame(certificate, asked)
  const revocation =
    isRevoked && revokedAt ? { reason: recordedReasonOf(reason), revokedAt } : undefined
  return { certificate, revocation }
}

const requireSame = (
  certificate: Certificate,
  { serial, authorityKeyId, expiry }: ReturnType<typeof readRequest>,
): void => {
  const serialNumber = serialOfDecimal(serial)
  if (serialNumber === undefined) throw badRequest('Unable to parse serial key of request')
  if (serialNumber !== certificate.serialNumber)
    throw badRequest('Serial key of request and certificate do not match')
  if (!/^(?:[0-9a-f]{2})+$/i.test(authorityKeyId))
    throw badRequest('Unable to decode authority key identifier')
  if (authorityKeyIdentifierOf(certificate)?.toString('hex') !== authorityKeyId.toLowerCase())
    throw badRequest('Authority key identifier of request and certificate do not match')
  if (timeOf(expiry)?.getTime() !== certificate.validity.notAfter.getTime())
    throw badRequest('Expiry of request and certificate do not match')
}

const timeOf = (text: string): Date | undefined => {
  if (text === '' || text === ZERO_TIME) return undefined
  const time = new Date(text)
  if (Number.isNaN(time.getTime())) throw badRequest('Unable to parse certificate addition request')
  return time
}
