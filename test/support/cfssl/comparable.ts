import { DerReader, enterWhole, OID, readObjectIdentifier } from '@easycerts/shared/asn1'
import { decodePemBlocks } from '@easycerts/shared/encoding'
import { parseCertificate, parseCertificateRequest } from '@easycerts/shared/x509'

const BLOCK = /-----BEGIN ([A-Za-z0-9 ]+)-----\n[A-Za-z0-9+/=\n]+-----END \1-----\n?/g
const SUM = /"(md5|sha-1|sha-256)":"[0-9A-F]+"/g

/** The body of an answer without what is another one each time: keys, certificates, sums. */
export const comparableBody = (body: string): string =>
  body.replaceAll('\\n', '\n').replaceAll(BLOCK, "<$1>").replaceAll(SUM, '"$1":"…"')

/** Extensions as they stand, but for the identifier of a key. */
const extensionsOf = (encoding: Buffer, hasOwnKey: boolean): string[] => {
  const extensions: string[] = []
  const reader = enterWhole(encoding, 'extensions')
  while (!reader.atEnd) {
    const element = reader.expect(0x30, 'extension')
    const oid = readObjectIdentifier(element.enter().expect(0x06, 'identifier').content)
    const isKey = oid === OID.subjectKeyIdentifier && hasOwnKey
    extensions.push(isKey ? oid : element.encoding.toString('hex'))
  }
  return extensions
}

/** All that a certificate says but its serial number, its times, and a key that was made for it. */
const comparableCertificate = (der: Buffer, hasOwnKey: boolean) => {
  const certificate = parseCertificate(der)
  const { issuer, subjectDer, signatureAlgorithm, spki, tbs, validity } = certificate
  const fields = new DerReader(new DerReader(tbs).next().content)
  let last = fields.next()
  while (!fields.atEnd) last = fields.next()
  return {
    issuer: issuer.toString('hex'),
    subject: subjectDer.toString('hex'),
    signatureAlgorithm: signatureAlgorithm.toString('hex'),
    key: hasOwnKey ? spki.length : spki.toString('hex'),
    life: validity.notAfter.getTime() - validity.notBefore.getTime(),
    seconds: validity.notBefore.getUTCSeconds(),
    extensions: extensionsOf(last.content, hasOwnKey),
  }
}

const comparableRequest = (pem: string) => {
  const { subject, extensions, names, publicKey } = parseCertificateRequest(pem)
  return { subject, names, extensions: [...extensions.values()], key: publicKey.algorithm }
}

/** What the PEM in an answer says. */
export const comparableContent = (body: string): unknown => {
  const { result } = JSON.parse(body) as { result: Record<string, string> | null }
  if (result === null) return null
  const hasOwnKey = result['private_key'] !== undefined
  const { certificate, certificate_request: request } = result
  return {
    ...(certificate === undefined
      ? {}
      : { certificate: comparableCertificate(decodePemBlocks(certificate)[0]!.der, hasOwnKey) }),
    ...(request === undefined ? {} : { request: comparableRequest(request) }),
  }
}
