import { formatTrustDocument, parseTrustDocument } from '@easycerts/shared/trust'
import { generateSigningKey } from '@easycerts/shared/key'
import { describe, expect, it } from 'vitest'
import { forgeCa } from '../../../support/join/forge-certificate.ts'
import { codeOf } from '../../../support/to-throw-code.ts'
import { firstDocument, trustKeyEntry } from '../../../support/trust/test-trust.ts'

const key = await generateSigningKey('ed25519')
const document = firstDocument(key, await forgeCa('enrolment'))
const text = formatTrustDocument(document).toString()
const refusal = (changed: object) =>
  codeOf(() => parseTrustDocument(Buffer.from(JSON.stringify(changed))))

describe('a trust document', () => {
  it('is canonical JSON, and its own inverse', () => {
    expect(text.startsWith('{"cluster":{"id":"000')).toBe(true)
    expect(text).not.toMatch(/\s"/)
    expect(parseTrustDocument(Buffer.from(text))).toEqual(document)
  })

  it('keeps fields, purposes and properties of entries that this release does not know', () => {
    const later = {
      ...document,
      quorum: { of: 3, need: 2 },
      purposes: {
        ...document.purposes,
        'image-signing': [{ id: 'x' }],
        enrolment: document.purposes.enrolment.map((issuer) => ({ ...issuer, since: 7 })),
      },
    }
    const octets = formatTrustDocument(later)
    expect(formatTrustDocument(parseTrustDocument(octets)).equals(octets)).toBe(true)
    expect(parseTrustDocument(octets)).toEqual(later)
  })

  it.each([
    ['white space', ` ${text}`],
    ['another order of names', `{"version":1,${text.slice(1).replace(',"version":1', '')}`],
    ['a name twice', text.replace('"epoch":1', '"epoch":1,"epoch":1')],
    ['a fraction', text.replace('"epoch":1', '"epoch":1.5')],
    ['a prototype', text.replace('"epoch":1', '"__proto__":{},"epoch":1')],
    ['no JSON', 'trust me'],
    ['nothing', ''],
    ['a list', '[]'],
    ['depth', '['.repeat(60_000) + ']'.repeat(60_000)],
    ['length', JSON.stringify('x'.repeat(300_000))],
  ])('is refused with %s', (_, changed) => {
    expect(codeOf(() => parseTrustDocument(Buffer.from(changed)))).toBe('ERR_TRUST_MALFORMED')
  })

  it.each([
    ['format', 2],
    ['version', 0],
    ['version', -1],
    ['epoch', '1'],
    ['issuedAt', '2030-01-01'],
    ['cluster', { name: '', id: '00'.repeat(16) }],
    ['cluster', { name: 'demo', id: 'other' }],
    ['purposes', {}],
    ['endpoints', { join: ['x'] }],
    ['trustKeys', [{ ...trustKeyEntry(key), id: 'ffffffffffffffff' }]],
    ['trustKeys', [{ ...trustKeyEntry(key), state: 'trusted' }]],
    ['trustKeys', [trustKeyEntry(key), trustKeyEntry(key)]],
    ['logKeys', [{ ...trustKeyEntry(key), publicKey: 'AAAA' }]],
  ])('is refused with the %s %j', (name, value) => {
    const changed = Object.fromEntries(
      Object.entries({ ...document, [name]: value }).sort(([one], [two]) => (one < two ? -1 : 1)),
    )
    expect(refusal(changed)).toBe('ERR_TRUST_MALFORMED')
  })
})
