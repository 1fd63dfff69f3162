import { serialOfDecimal } from '@easycerts/cfssl/certdb'
import { badRequest, goError } from '@easycerts/cfssl/protocol'
import { buildCfsslCrl } from '@easycerts/cfssl/revocation'
import { isEasycertsError } from '@easycerts/shared/errors'
import { parseSigningKey, type SigningKey } from '@easycerts/shared/key'
import { truncateToSecond } from '@easycerts/shared/time'
import { subjectKeyIdentifierOf } from '@easycerts/shared/x509'
import { certificateOf } from '../certificate-of.ts'
import type { Endpoint } from '../endpoint.ts'
import { readBody } from '../read-body.ts'

const ONE_WEEK = 604_800

/** A CRL of any CA whose key the request brings along, of the serial numbers that it lists. */
export const gencrlEndpoint: Endpoint = {
  name: 'gencrl',
  method: 'POST',
  opensWith: 'foreign-crl',
  answer: (desk, call) => {
    const asked = readBody(
      call,
      'gencrl.jsonCRLRequest',
      (object) => ({
        certificate: object.text('certificate'),
        serials: object.texts('serialNumber') ?? [],
        key: object.text('issuingKey'),
        expiry: object.text('expireTime').trim(),
      }),
      goError,
    )
    const seconds = asked.expiry === '' ? ONE_WEEK : parseInt32(asked.expiry)
    const certificate = certificateOf(asked.certificate, badRequest('malformed certificate'))
    const key = keyOf(asked.key)
    if (key.publicKey.pin !== certificate.pin) throw badRequest('malformed Private Key')
    const now = truncateToSecond(desk.authority.clock())
    const der = buildCfsslCrl(
      {
        issuer: certificate.subjectDer,
        issuerKeyIdentifier: subjectKeyIdentifierOf(certificate),
        thisUpdate: now,
        nextUpdate: new Date(now.getTime() + seconds * 1000),
        revoked: asked.serials.map((text) => {
          const serialNumber = serialOfDecimal(text)
          // cfssl takes what is no number for 0, and revokes nobody.
          if (serialNumber === undefined) throw badRequest('malformed serial number')
          return { serialNumber, at: now }
        }),
      },
      key,
    )
    return Promise.resolve({ result: der.toString('base64') })
  },
}

const MAX_INT32 = 2 ** 31 - 1

/** strconv.ParseInt of Go, base 10 alone. */
const parseInt32 = (text: string): number => {
  const number = Number(text)
  if (!/^[+-]?\d+$/.test(text))
    throw goError(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`)
  if (number > MAX_INT32 || number < -MAX_INT32 - 1)
    throw goError(`strconv.ParseInt: parsing ${JSON.stringify(text)}: value out of range`)
  return number
}

const keyOf = (pem: string): SigningKey => {
  try {
    return parseSigningKey(pem)
  } catch (error) {
    if (isEasycertsError(error)) throw badRequest('malformed Private Key')
    throw error
  }
}
