import { buildKeyRequest, digestsOf, legacyKeyPem, makeKey } from '@easycerts/cfssl/key-request'
import { decodePem } from '@easycerts/shared/encoding'
import type { Endpoint } from '../endpoint.ts'
import { readKeyBody } from '../read-key-body.ts'

/** A key and a request by it, for whoever reaches the port. */
export const newkeyEndpoint: Endpoint = {
  name: 'newkey',
  method: 'POST',
  opensWith: 'key-generation',
  answer: async (_desk, { body }) => {
    const request = readKeyBody(body)
    const key = await makeKey(request)
    const csr = buildKeyRequest(request, key)
    return {
      result: {
        private_key: legacyKeyPem(key).reveal(),
        certificate_request: csr,
        sums: { certificate_request: digestsOf(decodePem('CERTIFICATE REQUEST', csr)) },
      },
    }
  },
}
