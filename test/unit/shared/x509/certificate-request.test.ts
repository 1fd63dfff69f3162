import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  encodeTlv,
  objectIdentifier,
  OID,
  sequence,
  setOf,
  smallInteger,
  TAG,
} from '@easycerts/shared/asn1'
import { decodePem } from '@easycerts/shared/encoding'
import {
  type ExportableKey,
  generateSigningKey,
  KEY_ALGORITHM_ROWS,
  KEY_ALGORITHMS,
} from '@easycerts/shared/key'
import {
  buildCertificateRequest,
  buildCertificateRequestWith,
  encodeExtension,
  parseCertificateRequest,
} from '@easycerts/shared/x509'
import {
  extensionRequest,
  handMadeRequest,
  nameAttribute,
  requestPem,
  type RequestParts,
} from '../../../support/hand-made-der.ts'
import { codeOf } from '../../../support/to-throw-code.ts'

const NAMES = encodeExtension({
  oid: OID.subjectAltName,
  critical: false,
  value: sequence(Buffer.from('820161', 'hex')),
})

let key: ExportableKey
let stranger: ExportableKey
beforeAll(async () => {
  key = await generateSigningKey('ecdsa-p256')
  stranger = await generateSigningKey('ecdsa-p256')
})

const refusal = (parts: RequestParts) =>
  codeOf(() => parseCertificateRequest(requestPem(handMadeRequest(key, parts))))

describe('parseCertificateRequest', () => {
  it.each(KEY_ALGORITHMS.filter((name) => name !== 'rsa-4096'))(
    'reads a request of %s that asks for nothing',
    { timeout: 60_000 },
    async (algorithm) => {
      const own = await generateSigningKey(algorithm)
      const request = parseCertificateRequest(buildCertificateRequest(own))
      expect(request).toMatchObject({ subject: [], extensions: new Map() })
      expect(request.publicKey).toMatchObject({ algorithm, pin: own.publicKey.pin })
    },
  )

  it('reads a request that openssl made, with its wishes', () => {
    const pem = execFileSync(
      'openssl',
      [
        ...['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384', '-nodes'],
        ...['-keyout', '/dev/null', '-subj', '/O=lab/CN=a', '-addext', 'subjectAltName=DNS:a'],
      ],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    )
    const request = parseCertificateRequest(pem)
    expect(request.publicKey.algorithm).toBe('ecdsa-p384')
    expect(request.subject.map(({ value }) => value)).toEqual(['lab', 'a'])
    expect([...request.extensions.keys()]).toEqual([OID.subjectAltName])
  })

  it('reads the wishes that buildCertificateRequestWith wrote', () => {
    const subject = { commonName: 'a', organizations: ['b'] }
    const request = parseCertificateRequest(buildCertificateRequestWith(key, subject, [NAMES]))
    expect([...request.extensions.keys()]).toEqual([OID.subjectAltName])
    expect(request.subject.map(({ value }) => value)).toEqual(['b', 'a'])
  })

  it('refuses a request whose signature does not verify', () => {
    const der = decodePem('CERTIFICATE REQUEST', buildCertificateRequest(key))
    der[der.length - 1]! ^= 1
    expect(codeOf(() => parseCertificateRequest(requestPem(der)))).toBe('ERR_CSR_SIGNATURE_INVALID')
  })

  it('refuses a request for the key of somebody else', () => {
    expect(refusal({ spki: stranger.publicKey.spki })).toBe('ERR_CSR_SIGNATURE_INVALID')
  })

  it('refuses a request that was changed after it was signed', () => {
    const pem = buildCertificateRequest(key, { commonName: 'worker-1', organizations: [] })
    const text = decodePem('CERTIFICATE REQUEST', pem).toString('latin1')
    const changed = Buffer.from(text.replace('worker-1', 'worker-2'), 'latin1')
    expect(codeOf(() => parseCertificateRequest(requestPem(changed)))).toBe(
      'ERR_CSR_SIGNATURE_INVALID',
    )
  })

  it('refuses a signature algorithm of another kind of key', () => {
    expect(refusal({ algorithm: KEY_ALGORITHM_ROWS.ed25519.signature })).toBe(
      'ERR_CSR_ALGORITHM_REJECTED',
    )
  })

  it('refuses a signature made with SHA-1', () => {
    expect(refusal({ algorithm: sequence(objectIdentifier('1.2.840.10045.4.1')) })).toBe(
      'ERR_CSR_ALGORITHM_REJECTED',
    )
  })

  it('refuses a weak key before it looks at the signature', () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
    const spki = publicKey.export({ type: 'spki', format: 'der' })
    expect(refusal({ spki })).toBe('ERR_CSR_KEY_REJECTED')
  })

  it.each<readonly [string, RequestParts]>([
    ['an unknown version', { version: smallInteger(1) }],
    ['an element after its attributes', { rest: smallInteger(1) }],
    ['an element after its signature', { trailer: smallInteger(1) }],
    ['two extension requests', { attributes: [extensionRequest(), extensionRequest()] }],
    ['an extension asked for twice', { attributes: [extensionRequest(NAMES, NAMES)] }],
    [
      'an extension request of two values',
      {
        attributes: [
          sequence(objectIdentifier(OID.extensionRequest), setOf(sequence(), sequence())),
        ],
      },
    ],
    ['an attribute that is no sequence', { attributes: [smallInteger(1)] }],
    [
      'a subject in a BMPString of an odd length',
      {
        subject: sequence(
          setOf(nameAttribute(OID.commonName, TAG.BMP_STRING, Buffer.from('004b00', 'hex'))),
        ),
      },
    ],
    ['a subject that is a set', { subject: encodeTlv(TAG.SET) }],
  ])('refuses %s', (_, parts) => {
    expect(refusal(parts)).toBe('ERR_CSR_MALFORMED')
  })

  it.each([
    ['is no sequence', encodeTlv(TAG.UTF8_STRING, Buffer.from('a.example'))],
    ['ends before its length', Buffer.of(0x30, 9, 0x82, 1, 0x61)],
    ['has octets behind its end', Buffer.concat([sequence(), Buffer.of(0)])],
    ['holds a name that ends too late', sequence(Buffer.of(0x82, 9, 0x61))],
  ])('refuses a signed request whose subjectAltName %s', (_, value) => {
    const extension = encodeExtension({ oid: OID.subjectAltName, critical: false, value })
    const pem = buildCertificateRequestWith(key, { commonName: '', organizations: [] }, [extension])
    expect(codeOf(() => parseCertificateRequest(pem))).toBe('ERR_CSR_MALFORMED')
  })

  it.each([
    ['nothing', () => ''],
    ['a certificate', () => buildCertificateRequest(key).replaceAll(' REQUEST', '')],
    ['two requests', () => buildCertificateRequest(key).repeat(2)],
    ['an empty sequence', () => requestPem(sequence())],
    ['octets that are no DER', () => requestPem(Buffer.alloc(64, 0x80))],
  ])('refuses %s in place of a request', (_, make) => {
    expect(codeOf(() => parseCertificateRequest(make()))).toBe('ERR_CSR_MALFORMED')
  })

  it('reads the wishes in the attribute of Microsoft, as openssl does', () => {
    const attribute = sequence(objectIdentifier(OID.msExtensionRequest), setOf(sequence(NAMES)))
    const pem = requestPem(handMadeRequest(key, { attributes: [attribute] }))
    expect([...parseCertificateRequest(pem).extensions.keys()]).toEqual([OID.subjectAltName])
    expect(refusal({ attributes: [attribute, extensionRequest(NAMES)] })).toBe('ERR_CSR_MALFORMED')
  })

  it('passes over an attribute that is no extension request', () => {
    const challenge = sequence(
      objectIdentifier('1.2.840.113549.1.9.7'),
      setOf(encodeTlv(TAG.PRINTABLE_STRING, Buffer.from('x'))),
    )
    const pem = requestPem(handMadeRequest(key, { attributes: [challenge] }))
    expect(parseCertificateRequest(pem).extensions.size).toBe(0)
  })
})
