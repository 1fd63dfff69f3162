import { beforeAll, describe, expect, it } from 'vitest'
import {
  contextConstructed,
  encodeTlv,
  NULL,
  objectIdentifier,
  octetString,
  OID,
  sequence,
  unsignedInteger,
} from '@easycerts/shared/asn1'
import { isOfIssuer, ocspIssuerNames, parseOcspRequest } from '@easycerts/shared/revocation'
import { encodeExtension, encodeGeneralName } from '@easycerts/shared/x509'
import type { Issuer } from '../../../../apps/ca-server/src/authority/issuers.ts'
import { createTestIssuer } from '../../../support/test-issuers.ts'
import { codeOf } from '../../../support/to-throw-code.ts'

let issuer: Issuer
let other: Issuer
beforeAll(async () => {
  issuer = await createTestIssuer('cluster')
  other = await createTestIssuer('etcd')
})

const idOf = (hash: 'sha1' | 'sha256', serial = '0102', parameters: Buffer = NULL): Buffer => {
  const { name, key } = ocspIssuerNames(issuer.certificate)[hash]
  return sequence(
    sequence(objectIdentifier(OID[hash]), parameters),
    octetString(name),
    octetString(key),
    unsignedInteger(Buffer.from(serial, 'hex')),
  )
}

const requestOf = (ids: readonly Buffer[], ...more: Buffer[]): Buffer =>
  sequence(sequence(sequence(...ids.map((id) => sequence(id))), ...more))

const extensionsOf = (...extensions: Buffer[]) => contextConstructed(2, sequence(...extensions))
const nonceOf = (nonce: Buffer) =>
  extensionsOf(encodeExtension({ oid: OID.ocspNonce, critical: false, value: octetString(nonce) }))

describe('parseOcspRequest', () => {
  it.each(['sha1', 'sha256'] as const)('reads a certificate named under %s', (hash) => {
    const { certificates, nonce } = parseOcspRequest(requestOf([idOf(hash)]))
    expect(certificates).toMatchObject([{ encoding: idOf(hash), hash, serialNumber: '0102' }])
    expect(nonce).toBeUndefined()
    const [id] = certificates
    expect(id && isOfIssuer(id, ocspIssuerNames(issuer.certificate))).toBe(true)
    expect(id && isOfIssuer(id, ocspIssuerNames(other.certificate))).toBe(false)
  })

  it('takes a hash without parameters as well as with NULL', () => {
    const { certificates } = parseOcspRequest(requestOf([idOf('sha256', '05', Buffer.alloc(0))]))
    expect(certificates[0]?.hash).toBe('sha256')
  })

  it('knows no issuer under another hash', () => {
    const { name, key } = ocspIssuerNames(issuer.certificate).sha1
    const id = sequence(
      sequence(objectIdentifier('2.16.840.1.101.3.4.2.3')),
      octetString(name),
      octetString(key),
      unsignedInteger(Buffer.of(1)),
    )
    const [read] = parseOcspRequest(requestOf([id])).certificates
    expect(read?.hash).toBeUndefined()
    expect(read && isOfIssuer(read, ocspIssuerNames(issuer.certificate))).toBe(false)
  })

  it('reads sixteen certificates and refuses seventeen', () => {
    const ids = Array.from({ length: 17 }, (_, index) => idOf('sha1', (index + 16).toString(16)))
    expect(parseOcspRequest(requestOf(ids.slice(1))).certificates).toHaveLength(16)
    expect(codeOf(() => parseOcspRequest(requestOf(ids)))).toBe('ERR_DER_MALFORMED')
  })

  it.each([1, 32, 128])('reads a nonce of %i octets', (length) => {
    const nonce = Buffer.alloc(length, 7)
    expect(parseOcspRequest(requestOf([idOf('sha1')], nonceOf(nonce))).nonce).toEqual(nonce)
  })

  it.each([0, 129])('refuses a nonce of %i octets (RFC 9654)', (length) => {
    const request = requestOf([idOf('sha1')], nonceOf(Buffer.alloc(length)))
    expect(codeOf(() => parseOcspRequest(request))).toBe('ERR_DER_MALFORMED')
  })

  it('skips who asks, and a signature', () => {
    const name = contextConstructed(1, encodeGeneralName({ kind: 'uri', value: 'urn:me' }))
    const list = sequence(sequence(idOf('sha1')))
    const signed = sequence(sequence(name, list), contextConstructed(0, sequence()))
    expect(parseOcspRequest(signed).certificates).toHaveLength(1)
  })

  it('refuses a critical extension that it does not know', () => {
    const extension = (critical: boolean) =>
      extensionsOf(encodeExtension({ oid: '1.2.3.4', critical, value: NULL }))
    expect(parseOcspRequest(requestOf([idOf('sha1')], extension(false))).nonce).toBeUndefined()
    expect(codeOf(() => parseOcspRequest(requestOf([idOf('sha1')], extension(true))))).toBe(
      'ERR_DER_MALFORMED',
    )
  })

  it.each([
    ['an empty list', sequence(sequence(sequence()))],
    [
      'the default version written out',
      sequence(sequence(contextConstructed(0, encodeTlv(2, Buffer.of(0))), sequence(sequence()))),
    ],
    ['nothing', Buffer.alloc(0)],
    ['17 KiB', Buffer.alloc(17 * 1024, 0x30)],
  ])('refuses %s', (_what, request) => {
    expect(codeOf(() => parseOcspRequest(request))).toBe('ERR_DER_MALFORMED')
  })

  it('refuses a negative serial number and one of more than 20 octets', () => {
    const { name, key } = ocspIssuerNames(issuer.certificate).sha1
    const withSerial = (serial: Buffer) =>
      requestOf([
        sequence(
          sequence(objectIdentifier(OID.sha1), NULL),
          octetString(name),
          octetString(key),
          encodeTlv(2, serial),
        ),
      ])
    expect(codeOf(() => parseOcspRequest(withSerial(Buffer.of(0x80))))).toBe('ERR_DER_MALFORMED')
    expect(codeOf(() => parseOcspRequest(withSerial(Buffer.alloc(22, 1))))).toBe(
      'ERR_DER_MALFORMED',
    )
  })
})
