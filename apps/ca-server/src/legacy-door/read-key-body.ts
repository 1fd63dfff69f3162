import { GoJsonError, GoObject, readGoObject } from '@easycerts/cfssl/go-json'
import { type KeyRequest, readKeyRequest } from '@easycerts/cfssl/key-request'
import { badRequest } from '@easycerts/cfssl/protocol'

/** A body that is cfssl's JSON of a certificate request. CfsslFailure 400, in Go's words. */
export const readKeyBody = (body: Buffer): KeyRequest => {
  try {
    const object = readGoObject(body.toString('utf8'), 'csr.CertificateRequest')
    return readKeyRequest(new GoObject(object, 'CertificateRequest'))
  } catch (error) {
    throw error instanceof GoJsonError ? badRequest(error.message) : error
  }
}
