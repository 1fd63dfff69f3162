import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  contextConstructed,
  encodeTlv,
  objectIdentifier,
  octetString,
  OID,
  sequence,
  smallInteger,
  TAG,
  TRUE,
} from '@easycerts/shared/asn1'
import {
  type ExportableKey,
  generateSigningKey,
  KEY_ALGORITHM_ROWS,
  KEY_ALGORITHMS,
} from '@easycerts/shared/key'
import {
  type Certificate,
  certificatePem,
  encodeExtension,
  keyIdentifierOf,
  parseCertificate,
  parseCertificatePem,
} from '@easycerts/shared/x509'
import { extensionsField, handMadeCertificate } from '../../../support/hand-made-der.ts'
import { openssl } from '../../../support/openssl.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { codeOf } from '../../../support/to-throw-code.ts'

const extension = (oid: string, value: Buffer, critical = false) =>
  encodeExtension({ oid, critical, value })
const withExtension = (oid: string, value: Buffer) =>
  handMadeCertificate({ rest: extensionsField(extension(oid, value)) })
const integer = (hex: string) => encodeTlv(TAG.INTEGER, Buffer.from(hex, 'hex'))
const behind = (value: Buffer) => Buffer.concat([value, Buffer.from('0500', 'hex')])

const KEY_USAGE = Buffer.from('03020780', 'hex')
const PURPOSES = sequence(objectIdentifier(OID.serverAuth))
const NAMES = sequence(Buffer.from('820161', 'hex'))

/** A CA certificate that openssl made, with everything in it that we read. */
const opensslCertificate = (key: ExportableKey): Certificate => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'key'), key.exportPem().reveal())
  const { stdout } = openssl([
    ...['req', '-x509', '-new', '-key', join(folder, 'key'), '-subj', '/O=lab/CN=some ca'],
    ...['-set_serial', '0x0123456789abcdef', '-addext', 'keyUsage=critical,keyCertSign,cRLSign'],
    ...['-addext', 'subjectAltName=DNS:a.example,IP:192.0.2.1,URI:easycerts://lab/node/a'],
    ...['-addext', 'extendedKeyUsage=serverAuth'],
  ])
  return parseCertificatePem(stdout)
}

describe('parseCertificate', () => {
  it('reads what openssl wrote', async () => {
    const key = await generateSigningKey('ecdsa-p256')
    const certificate = opensslCertificate(key)
    expect(certificate).toMatchObject({
      serialNumber: '0123456789abcdef',
      pin: key.publicKey.pin,
      subject: [
        { type: 'organizationName', value: 'lab' },
        { type: 'commonName', value: 'some ca' },
      ],
      basicConstraints: { isCa: true, pathLength: undefined },
      keyUsage: ['keyCertSign', 'cRLSign'],
      extendedKeyUsage: [OID.serverAuth],
      names: [
        { kind: 'dns', value: 'a.example' },
        { kind: 'ip', value: '192.0.2.1' },
        { kind: 'uri', value: 'easycerts://lab/node/a' },
      ],
    })
    expect(parseCertificatePem(certificatePem(certificate)).der).toEqual(certificate.der)
  })

  it('reads a certificate without extensions, which then says nothing of them', () => {
    expect(parseCertificate(handMadeCertificate())).toMatchObject({
      serialNumber: '1000',
      basicConstraints: undefined,
      keyUsage: undefined,
      extendedKeyUsage: undefined,
      names: [],
    })
  })

  it('reads a path length', () => {
    const value = sequence(TRUE, smallInteger(300))
    expect(parseCertificate(withExtension(OID.basicConstraints, value)).basicConstraints).toEqual({
      isCa: true,
      pathLength: 300,
    })
  })

  it.each([
    ['version 1', handMadeCertificate({ version: Buffer.alloc(0) })],
    ['version 2', handMadeCertificate({ version: contextConstructed(0, smallInteger(1)) })],
    ['octets after it', Buffer.concat([handMadeCertificate(), Buffer.of(0)])],
    ['an element after its signature', handMadeCertificate({ trailer: smallInteger(1) })],
    ['an element after its extensions', handMadeCertificate({ rest: smallInteger(1) })],
    [
      'an element inside the field of its extensions',
      handMadeCertificate({ rest: contextConstructed(3, sequence(), smallInteger(1)) }),
    ],
    [
      'two signature algorithms',
      handMadeCertificate({ outerAlgorithm: KEY_ALGORITHM_ROWS['ecdsa-p256'].signature }),
    ],
    ['a negative serial number', handMadeCertificate({ serialNumber: integer('80') })],
    ['a padded serial number', handMadeCertificate({ serialNumber: integer('0001') })],
    ['an empty serial number', handMadeCertificate({ serialNumber: integer('') })],
    ['a validity of one time', handMadeCertificate({ validity: sequence() })],
    [
      'an extension twice',
      handMadeCertificate({
        rest: extensionsField(
          extension(OID.keyUsage, KEY_USAGE),
          extension(OID.keyUsage, KEY_USAGE),
        ),
      }),
    ],
    [
      'an extension that is critical by a value between true and false',
      handMadeCertificate({
        rest: extensionsField(
          sequence(
            objectIdentifier(OID.keyUsage),
            encodeTlv(TAG.BOOLEAN, Buffer.of(1)),
            octetString(KEY_USAGE),
          ),
        ),
      }),
    ],
    ['octets after its key usage', withExtension(OID.keyUsage, behind(KEY_USAGE))],
    ['octets after its purposes', withExtension(OID.extKeyUsage, behind(PURPOSES))],
    ['octets after its names', withExtension(OID.subjectAltName, behind(NAMES))],
    ['octets after its constraints', withExtension(OID.basicConstraints, behind(sequence()))],
    [
      'a negative path length, which as a number without sign would be a long one',
      withExtension(OID.basicConstraints, sequence(TRUE, integer('ff'))),
    ],
    [
      'a path length beyond any path',
      withExtension(OID.basicConstraints, sequence(TRUE, integer('7f'.repeat(9)))),
    ],
  ])('refuses one with %s', (_, der) => {
    expect(codeOf(() => parseCertificate(der))).toBe('ERR_DER_MALFORMED')
  })
})

describe('keyIdentifierOf', () => {
  it.each(KEY_ALGORITHMS)("is openssl's for %s", { timeout: 60_000 }, async (algorithm) => {
    const key = await generateSigningKey(algorithm)
    const { extensions } = opensslCertificate(key)
    const identifier = extensions.get(OID.subjectKeyIdentifier)?.value
    expect(octetString(keyIdentifierOf(key.publicKey.spki))).toEqual(identifier)
  })
})
