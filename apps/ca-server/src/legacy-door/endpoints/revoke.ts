import { recordedReasonOf, revocationCodeOf } from '@easycerts/cfssl/certdb'
import { badRequest, cfsslError } from '@easycerts/cfssl/protocol'
import { revokeCertificates } from '../../authority/index.ts'
import type { Endpoint } from '../endpoint.ts'
import { findRecord } from '../find-record.ts'
import { readBody } from '../read-body.ts'

/** As cfssl without a database row says it: code 11200. */
const NOT_FOUND = 'failed to revoke the certificate: certificate not found'

/** Revokes for good and tells the world, as the operator's own command does. */
export const revokeEndpoint: Endpoint = {
  name: 'revoke',
  method: 'POST',
  opensWith: 'unauthenticated-revoke',
  answer: async (desk, call) => {
    const { serial, authorityKeyId, reason } = readBody(
      call,
      'revoke.jsonRevokeRequest',
      (object) => ({
        serial: object.text('serial'),
        authorityKeyId: object.text('authority_key_id'),
        reason: object.text('reason'),
      }),
      () => badRequest('Unable to parse revocation request'),
    )
    if (serial === '') throw badRequest('serial number is required but not provided')
    const code = revocationCodeOf(reason)
    if (code === undefined) throw badRequest('Invalid reason code')
    const { channels, authority } = desk
    if (!channels) throw new TypeError('nobody would hear of a revocation')
    const found = await findRecord(desk, serial, authorityKeyId)
    if (!found) throw cfsslError(11_200, NOT_FOUND)
    await revokeCertificates(authority, channels, {
      target: { kind: 'serial', serialNumber: found.serialNumber, issuer: found.issuer.id },
      reason: recordedReasonOf(code),
      actor: `cfssl client ${call.address}`,
    })
    return { result: {} }
  },
}
