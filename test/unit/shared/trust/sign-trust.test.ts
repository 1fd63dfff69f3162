import { createHash, verify } from 'node:crypto'
import { generateSigningKey } from '@easycerts/shared/key'
import {
  acceptFirstTrust,
  parseSignedTrust,
  signersOf,
  signTrust,
  trustMessageOf,
} from '@easycerts/shared/trust'
import { describe, expect, it } from 'vitest'
import { forgeCa, forgeCertificate } from '../../../support/join/forge-certificate.ts'
import { codeOf } from '../../../support/to-throw-code.ts'
import { createTestTrust, trustKeyEntry } from '../../../support/trust/test-trust.ts'

const FAR = { from: new Date('2020-01-01'), until: new Date('2040-01-01') }
const anchor = await forgeCa('enrolment', FAR)
const trust = await createTestTrust(anchor)
const [signed] = trust.versions
if (!signed) throw new Error('no version')
const version = parseSignedTrust(signed)
const other = await generateSigningKey('ed25519')
const stranger = await forgeCa('enrolment', FAR)
const keys = [trustKeyEntry(trust.key), trustKeyEntry(other)]

describe('the signature of a trust document', () => {
  it('is Ed25519 over a context and the SHA-256 of the octets, as any tool can verify', () => {
    const digest = createHash('sha256').update(Buffer.from(signed.document, 'base64url')).digest()
    const message = Buffer.concat([Buffer.from('easycerts trust v1\0'), digest])
    const signature = Buffer.from(signed.signatures[0]?.signature ?? '', 'base64url')
    expect(verify(null, message, trust.key.publicKey.keyObject, signature)).toBe(true)
    expect(trustMessageOf(version.octets)).toEqual(message)
  })

  it('tells which of several keys have signed', () => {
    expect(signersOf(version, keys).map(({ id }) => id)).toEqual([keys[0]?.id])
    const signatures = signTrust(version.octets, [other, trust.key])
    const both = parseSignedTrust({ ...signed, signatures })
    expect(signersOf(both, keys)).toHaveLength(2)
    expect(signersOf(both, [])).toEqual([])
  })

  it('counts for no other octets, and for no other key than it names', () => {
    const changed = parseSignedTrust({ ...trust.make(), signatures: signed.signatures })
    expect(signersOf(changed, keys)).toEqual([])
    const [mine] = signed.signatures
    const signatures = [{ keyId: keys[1]?.id ?? '', signature: mine?.signature ?? '' }]
    expect(signersOf(parseSignedTrust({ ...signed, signatures }), keys)).toEqual([])
  })

  it('is made by no key of another kind', async () => {
    const key = await generateSigningKey('ecdsa-p256')
    expect(() => signTrust(version.octets, [key])).toThrow(TypeError)
  })

  it.each([
    ['no signature', { ...signed, signatures: [] }],
    ['a thousand signatures', { ...signed, signatures: Array(1000).fill(signed.signatures[0]) }],
    [
      'a signature of another length',
      { ...signed, signatures: [{ keyId: 'x', signature: 'A'.repeat(200) }] },
    ],
    ['loose bits in its base64', { ...signed, document: `${signed.document.slice(0, -1)}_` }],
    ['standard base64', { ...signed, document: `${signed.document}==` }],
    ['no document', { signatures: signed.signatures, certifications: [] }],
    ['nothing', undefined],
  ])('is refused with %s', (_, value) => {
    expect(codeOf(() => parseSignedTrust(value))).toBe('ERR_TRUST_MALFORMED')
  })
})

describe('the first version that a machine takes', () => {
  const facts = { anchor: anchor.certificate, cluster: 'test', now: new Date('2030-01-01') }
  const refusal = (value: unknown, more: Partial<typeof facts> = {}) =>
    codeOf(() => acceptFirstTrust(value, { ...facts, ...more }))
  const certified = async (more: Partial<Parameters<typeof forgeCertificate>[0]>) => {
    const { certificate } = await forgeCertificate({
      commonName: 'easycerts trust-key',
      organizations: ['easycerts:trust'],
      purposes: ['documentSigning'],
      issuer: anchor,
      key: trust.key,
      ...FAR,
      ...more,
    })
    return { ...signed, certifications: [certificate.der.toString('base64url')] }
  }

  it('is one whose key the pinned issuer has certified for that', async () => {
    expect(acceptFirstTrust(signed, facts).document.version).toBe(1)
    expect(acceptFirstTrust(await certified({}), facts).document.version).toBe(1)
  })

  it('may come with certificates that mean nothing beside the right one', () => {
    const certifications = ['AAAA', ...signed.certifications]
    expect(acceptFirstTrust({ ...signed, certifications }, facts).document.version).toBe(1)
  })

  it.each([
    ['of another CA', { issuer: stranger }],
    ['of another key', { key: other }],
    ['of a node', { organizations: ['easycerts:node'] }],
    ['for clients as well', { purposes: ['documentSigning', 'clientAuth'] }],
    ['for servers', { purposes: ['serverAuth'] }],
    ['from yesterday', { until: new Date('2029-12-31') }],
  ] as const)('is refused with a certificate %s', async (_, more) => {
    expect(refusal(await certified({ ...more }))).toBe('ERR_TRUST_UNPROVEN')
  })

  it('is refused without a certificate, and with junk for one', () => {
    expect(refusal({ ...signed, certifications: [] })).toBe('ERR_TRUST_UNPROVEN')
    expect(refusal({ ...signed, certifications: ['AAAA'] })).toBe('ERR_TRUST_UNPROVEN')
  })

  it('is refused for another cluster, and with a retired key', () => {
    expect(refusal(signed, { cluster: 'prod' })).toBe('ERR_TRUST_UNPROVEN')
    const retired = trust.make({ trustKeys: [trustKeyEntry(trust.key, 'retired')] })
    expect(refusal(retired)).toBe('ERR_TRUST_UNPROVEN')
  })
})
