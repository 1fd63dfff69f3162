import { badRequest, cfsslError } from '@easycerts/cfssl/protocol'
import {
  buildCfsslOcsp,
  type CfsslOcspStatus,
  OCSP_HASHES,
  type OcspHashName,
} from '@easycerts/cfssl/revocation'
import { isIssuedByAny } from '@easycerts/shared/x509'
import { certificateOf } from '../certificate-of.ts'
import type { Endpoint } from '../endpoint.ts'
import { issuersOfDoor } from '../find-record.ts'
import { readBody } from '../read-body.ts'

/** Signs whatever status it is told, by the responder of `legacy.ocsp`. */
export const ocspsignEndpoint: Endpoint = {
  name: 'ocspsign',
  method: 'POST',
  opensWith: 'unauthenticated-ocspsign',
  answer: (desk, call) => {
    const asked = readBody(
      call,
      'ocsp.jsonSignRequest',
      (object) => ({
        certificate: object.text('certificate'),
        status: object.raw('status') === undefined ? 'good' : object.text('status'),
        code: Number(object.number('reason') ?? 0),
        revokedAt: object.text('revoked_at'),
        hash: object.text('issuer_hash'),
      }),
      () => badRequest('Unable to parse sign request'),
    )
    const { ocsp, authority } = desk
    // As a signer that could not be made: cfssl disables the endpoint.
    if (!ocsp) throw cfsslError(5200, 'Invalid or unknown policy')
    const certificate = certificateOf(asked.certificate, badRequest('Malformed certificate'))
    const now = authority.clock()
    const revokedAt = asked.status === 'revoked' ? timeOf(asked.revokedAt, now) : now
    const hash = asked.hash === '' ? 'SHA1' : hashOf(asked.hash)
    const issuer = issuersOfDoor(authority.issuers).find((each) =>
      isIssuedByAny(certificate, [each.certificate]),
    )
    if (!issuer) throw cfsslError(8100, 'Certificate not issued by this issuer')
    const status = statusOf(asked.status, revokedAt, asked.code)
    const answer = { certificate, issuer: issuer.certificate, status, hash, now }
    const der = buildCfsslOcsp({ ...answer, interval: ocsp.interval }, ocsp)
    return Promise.resolve({ result: { ocspResponse: der.toString('base64') } })
  },
}

const MAX_CODE = 10

const statusOf = (status: string, at: Date, code: number): CfsslOcspStatus => {
  if (status === 'good' || status === 'unknown') return { kind: status }
  if (status === 'revoked' && Number.isInteger(code) && code >= 0 && code <= MAX_CODE)
    return { kind: 'revoked', at, code }
  throw cfsslError(8200, 'Invalid revocation status')
}

const timeOf = (text: string, now: Date): Date => {
  if (text === '' || text === 'now') return now
  const time = new Date(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : Number.NaN)
  if (Number.isNaN(time.getTime())) throw badRequest('Malformed revocation time')
  return time
}

const hashOf = (name: string): OcspHashName => {
  const known = Object.keys(OCSP_HASHES).find((each) => each === name)
  if (known === undefined) throw badRequest('Unsupported hash algorithm in request')
  return known as OcspHashName
}
