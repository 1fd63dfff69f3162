import { encodePem } from '@easycerts/shared/encoding'
import { isEasycertsError } from '@easycerts/shared/errors'
import type { KnownBadKeys } from '@easycerts/shared/key'
import { type CertificateRequest, parseCertificateRequest } from '@easycerts/shared/x509'
import { type CfsslFailure, cfsslError } from '../protocol/index.ts'

const BLOCK = /-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\s]*)-----END \1-----/
const LABELS = ['CERTIFICATE REQUEST', 'NEW CERTIFICATE REQUEST']
const MAX_LENGTH = 64 * 1024

/**
 * PKCS#10 in PEM with anything around it, by a key that we would certify: whatever cfssl would, weak
 * keys are refused. CfsslFailure 9002, 9003 or 9300.
 */
export const readCertificationRequest = (
  text: string,
  knownBadKeys?: KnownBadKeys,
): CertificateRequest => {
  const [, label = '', body = ''] = BLOCK.exec(text.slice(0, MAX_LENGTH)) ?? []
  const der = Buffer.from(body, 'base64')
  if (label === '' || der.toString('base64') !== body.replace(/\s/g, ''))
    throw cfsslError(9002, 'CSR Decode failed')
  if (!LABELS.includes(label)) throw cfsslError(9300, 'not a csr')
  try {
    return parseCertificateRequest(encodePem('CERTIFICATE REQUEST', der), knownBadKeys)
  } catch (error) {
    throw asFailure(error)
  }
}

const asFailure = (error: unknown): CfsslFailure => {
  if (!isEasycertsError(error)) throw error
  if (error.code === 'ERR_CSR_MALFORMED') return cfsslError(9003, error.message)
  return cfsslError(9300, error.message)
}
