import { LEGACY_SERIAL_OCTETS, randomSerialNumber } from '@easycerts/cfssl/certificate-template'
import { buildCa, legacyKeyPem, makeKey, requireSubject } from '@easycerts/cfssl/key-request'
import { encodePem } from '@easycerts/shared/encoding'
import type { Endpoint } from '../endpoint.ts'
import { readKeyBody } from '../read-key-body.ts'

/** A CA of its own for whoever reaches the port; this CA has no part in it, and no record. */
export const initCaEndpoint: Endpoint = {
  name: 'init_ca',
  method: 'POST',
  opensWith: 'key-generation',
  answer: async ({ authority }, { body }) => {
    const request = readKeyBody(body)
    requireSubject(request)
    const key = await makeKey(request)
    const serialNumber = randomSerialNumber(authority.random(LEGACY_SERIAL_OCTETS))
    const der = buildCa(request, { key, serialNumber, now: authority.clock() })
    return {
      result: {
        private_key: legacyKeyPem(key).reveal(),
        certificate: encodePem('CERTIFICATE', der),
      },
    }
  },
}
