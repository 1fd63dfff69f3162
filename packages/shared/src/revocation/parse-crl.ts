import {
  type DerElement,
  DerReader,
  enterWhole,
  OID,
  readOctetBits,
  readTime,
  readUnsignedInteger,
  TAG,
} from '../asn1/index.ts'
import { encodePem } from '../encoding/index.ts'
import { EasycertsError } from '../errors/index.ts'
import { type Extension, readExtensions } from '../x509/index.ts'
import { MAX_CRL_NUMBER_OCTETS } from './build-crl.ts'
import { readRevokedCertificate, type RevokedCertificate } from './revoked-certificate.ts'

/** A CRL as parsed from its DER; nothing here says that its signature verifies. */
export interface Crl {
  readonly der: Buffer
  readonly tbs: Buffer
  readonly signatureAlgorithm: Buffer
  readonly signature: Buffer
  readonly issuer: Buffer
  readonly thisUpdate: Date
  readonly nextUpdate: Date
  readonly number: bigint
  readonly issuerKeyIdentifier: Buffer
  readonly revoked: readonly RevokedCertificate[]
}

/** Far beyond any cluster: a reader's memory must have a bound. */
const MAX_CRL_OCTETS = 64 * 1024 * 1024

const malformed = (what: string) =>
  new EasycertsError('ERR_DER_MALFORMED', `malformed DER: ${what}`)

/** Full version 2 CRLs with the extensions that RFC 5280 §5.2 demands; ERR_DER_MALFORMED on all else. */
export const parseCrl = (der: Buffer): Crl => {
  if (der.length > MAX_CRL_OCTETS) throw malformed('a CRL of this size')
  const crl = enterWhole(der, 'CRL')
  const tbs = crl.expect(TAG.SEQUENCE, 'to-be-signed CRL')
  const signatureAlgorithm = crl.expect(TAG.SEQUENCE, 'signature algorithm').encoding
  const signature = readOctetBits(crl.expect(TAG.BIT_STRING, 'signature').content)
  crl.end('signature')
  const { innerAlgorithm, ...fields } = readTbs(new DerReader(tbs.content))
  if (!innerAlgorithm.equals(signatureAlgorithm)) throw malformed('two signature algorithms')
  return { der, tbs: tbs.encoding, signatureAlgorithm, signature, ...fields }
}

const readTbs = (tbs: DerReader) => {
  const version = tbs.expect(TAG.INTEGER, 'version').content
  if (!version.equals(Buffer.of(1))) throw malformed('not a version 2 CRL')
  const innerAlgorithm = tbs.expect(TAG.SEQUENCE, 'signature algorithm').encoding
  const issuer = tbs.expect(TAG.SEQUENCE, 'issuer').encoding
  const thisUpdate = readTime(tbs.next())
  const nextUpdate = readTime(tbs.next())
  const list = tbs.optional(TAG.SEQUENCE)
  const extensions = readExtensions(
    enterWhole(tbs.expect(0xa0, 'CRL extensions').content, 'CRL extensions'),
  )
  tbs.end('CRL extensions')
  return {
    innerAlgorithm,
    issuer,
    thisUpdate,
    nextUpdate,
    revoked: list ? readEntries(list) : [],
    ...readCrlExtensions(extensions),
  }
}

const readEntries = ({ content }: DerElement): RevokedCertificate[] => {
  const reader = new DerReader(content)
  const revoked: RevokedCertificate[] = []
  do revoked.push(readRevokedCertificate(reader.enter('entry of a CRL')))
  while (!reader.atEnd)
  return revoked
}

const readCrlExtensions = (extensions: ReadonlyMap<string, Extension>) => {
  // A critical one, such as issuingDistributionPoint, says that this is not the list of everything.
  if ([...extensions.values()].some(({ critical }) => critical))
    throw malformed('critical extension of a CRL')
  const number = new DerReader(extensionValue(extensions, OID.cRLNumber))
  const octets = readUnsignedInteger(number.expect(TAG.INTEGER, 'CRL number').content)
  number.end('CRL number')
  if (octets.length > MAX_CRL_NUMBER_OCTETS) throw malformed('CRL number')
  const identifier = enterWhole(
    extensionValue(extensions, OID.authorityKeyIdentifier),
    'authority key identifier',
  )
  return {
    number: BigInt(`0x${octets.toString('hex')}`),
    issuerKeyIdentifier: identifier.expect(0x80, 'key identifier').content,
  }
}

const extensionValue = (extensions: ReadonlyMap<string, Extension>, oid: string): Buffer => {
  const extension = extensions.get(oid)
  if (!extension) throw malformed(`a CRL without extension ${oid}`)
  return extension.value
}

export const crlPem = (der: Uint8Array): string => encodePem('X509 CRL', der)
