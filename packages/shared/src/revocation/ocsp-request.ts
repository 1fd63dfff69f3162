import { DerReader, enterWhole, OID, TAG } from '../asn1/index.ts'
import { EasycertsError } from '../errors/index.ts'
import { readExtensions } from '../x509/index.ts'
import { type OcspCertificateId, readOcspCertificateId } from './ocsp-certificate-id.ts'

/** What a client wants to know (RFC 6960 §4.1); who it says it is, and its signature, mean nothing. */
export interface OcspRequest {
  readonly certificates: readonly OcspCertificateId[]
  /** To be repeated in the answer (RFC 9654), which therefore is signed for this client alone. */
  readonly nonce: Buffer | undefined
}

/** A request is some 100 octets; a signed one may bring certificates along. */
export const MAX_OCSP_REQUEST_OCTETS = 16 * 1024

/** RFC 9919 clients send one; others may send a few. */
const MAX_CERTIFICATES = 16

// RFC 9654 §2.1.
const MAX_NONCE_OCTETS = 128

const malformed = (what: string) =>
  new EasycertsError('ERR_DER_MALFORMED', `malformed DER: ${what}`)

/** ERR_DER_MALFORMED on anything that is not strict DER, or beyond the bounds above. */
export const parseOcspRequest = (der: Buffer): OcspRequest => {
  if (der.length > MAX_OCSP_REQUEST_OCTETS) throw malformed('an OCSP request of this size')
  const request = enterWhole(der, 'OCSP request')
  const fields = request.enter('OCSP request fields')
  request.optional(SIGNATURE)
  request.end('OCSP request')
  // The only version is the default, which DER leaves out.
  fields.optional(REQUESTOR_NAME)
  const certificates = readList(fields.enter('list of requests'))
  const extensions = fields.optional(REQUEST_EXTENSIONS)
  fields.end('OCSP request fields')
  return { certificates, nonce: extensions && readNonce(extensions.content) }
}

// Context tags of RFC 6960 §4.1.1, all of them constructed.
const SIGNATURE = 0xa0
const SINGLE_EXTENSIONS = 0xa0
const REQUESTOR_NAME = 0xa1
const REQUEST_EXTENSIONS = 0xa2

const readList = (list: DerReader): OcspCertificateId[] => {
  const certificates: OcspCertificateId[] = []
  do {
    if (certificates.length === MAX_CERTIFICATES) throw malformed('too many requests in one')
    const item = list.enter('request')
    certificates.push(readOcspCertificateId(item))
    const extensions = item.optional(SINGLE_EXTENSIONS)
    item.end('request')
    if (extensions) refuseCritical(readExtensions(enterWhole(extensions.content, 'extensions')))
  } while (!list.atEnd)
  return certificates
}

type Extensions = ReturnType<typeof readExtensions>

const readNonce = (content: Buffer): Buffer | undefined => {
  const extensions = readExtensions(enterWhole(content, 'request extensions'))
  refuseCritical(extensions)
  const extension = extensions.get(OID.ocspNonce)
  if (!extension) return undefined
  const value = new DerReader(extension.value)
  const nonce = value.expect(TAG.OCTET_STRING, 'nonce').content
  value.end('nonce')
  if (nonce.length < 1 || nonce.length > MAX_NONCE_OCTETS) throw malformed('length of the nonce')
  return nonce
}

// RFC 6960 §4.4: one that is critical and not known refuses the request.
const refuseCritical = (extensions: Extensions): void => {
  if ([...extensions.values()].some(({ critical, oid }) => critical && oid !== OID.ocspNonce))
    throw malformed('critical extension of an OCSP request')
}
