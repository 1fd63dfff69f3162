import { describe, expect, it } from 'vitest'
import { generateSigningKey } from '@easycerts/shared/key'
import { certificatePem } from '@easycerts/shared/x509'
import { createFileParser } from '../../../apps/certmgr/src/disk/index.ts'
import { createTestIssuer } from '../../support/test-issuers.ts'

const pemOfKey = async (): Promise<string> =>
  (await generateSigningKey('ecdsa-p256')).exportPem().reveal()

describe('what stands in a file', () => {
  it('is parsed once as long as its octets are the same', async () => {
    const [pem, other] = [await pemOfKey(), await pemOfKey()]
    const parser = createFileParser()
    const first = parser.key(pem)
    parser.forgetUnused()
    expect(parser.key(pem)).toBe(first)
    expect(parser.key(other).publicKey.pin).not.toBe(first.publicKey.pin)
  })

  it('is forgotten when a whole look has not met it', async () => {
    const pem = await pemOfKey()
    const parser = createFileParser()
    const first = parser.key(pem)
    parser.forgetUnused()
    parser.forgetUnused()
    expect(parser.key(pem)).not.toBe(first)
  })

  it('fails each time if it is damaged', () => {
    const parser = createFileParser()
    const parse = () =>
      parser.chain('-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n')
    expect(parse).toThrow()
    expect(parse).toThrow()
  })
})

describe('who issued a certificate', () => {
  it('is judged again for other authorities', async () => {
    const [issuer, stranger] = [
      await createTestIssuer('cluster'),
      await createTestIssuer('cluster'),
    ]
    const parser = createFileParser()
    const [certificate] = parser.chain(certificatePem(issuer.certificate))
    for (let look = 0; look < 2; look++) {
      expect(parser.isIssuedByAny(certificate, [issuer.certificate])).toBe(true)
      expect(parser.isIssuedByAny(certificate, [stranger.certificate])).toBe(false)
      parser.forgetUnused()
    }
  })
})
