import { describe, expect, it } from 'vitest'
import { intendedBy, lint, signCertificate } from '@easycerts/shared/issuance'
import { generateSigningKey } from '@easycerts/shared/key'
import {
  buildCertificateRequest,
  encodeTbsCertificate,
  isSignedBy,
  parseCertificate,
  serialNumberOf,
} from '@easycerts/shared/x509'
import { sampleTbs } from '../../../support/sample-issuance.ts'
import { createTestIssuer, issueFrom } from '../../../support/test-issuers.ts'

describe('signCertificate', () => {
  it.each(['ecdsa-p256', 'ecdsa-p384', 'rsa-2048', 'ed25519'] as const)(
    'signs with an issuer of %s, and says so inside and outside',
    async (algorithm) => {
      const issuer = await createTestIssuer('cluster', { algorithm })
      const request = buildCertificateRequest(await generateSigningKey('ecdsa-p256'))
      const { certificate } = issueFrom(issuer, { profile: 'kubelet-client', request })
      expect(isSignedBy(certificate, issuer.certificate)).toBe(true)
      expect(parseCertificate(certificate.der)).toEqual(certificate)
    },
  )

  it('takes only what was linted and intended: the compiler refuses the rest, and so does a run', async () => {
    const { tbs, grant, issuer } = await sampleTbs('kubelet-client')
    const { key } = await createTestIssuer('cluster')
    const linted = lint(tbs, grant, issuer)
    const intended = intendedBy(linted, tbs.serialNumber)
    /* oxlint-disable typescript/no-misused-spread --
       the linter refuses this too; here the compiler and the run are asked */
    const copied = { ...intended, encoding: Buffer.alloc(0) }
    const copiedLinted = { ...linted }
    const refused = [
      // @ts-expect-error not linted
      () => signCertificate(tbs, key),
      // @ts-expect-error not intended
      () => signCertificate(linted, key),
      // @ts-expect-error a copy, with octets that nobody judged
      () => signCertificate(copied, key),
      // @ts-expect-error not linted
      () => intendedBy(tbs, tbs.serialNumber),
      // @ts-expect-error a copy, whose octets nobody judged
      () => intendedBy(copiedLinted, tbs.serialNumber),
    ]
    /* oxlint-enable */
    for (const sign of refused) expect(sign).toThrow(TypeError)
    expect(signCertificate(intended, key).includes(encodeTbsCertificate(tbs))).toBe(true)
  })

  it('takes no certificate for the intent of another', async () => {
    const { tbs, grant, issuer } = await sampleTbs('kubelet-client')
    const another = serialNumberOf(Buffer.from('0102', 'hex'))
    expect(() => intendedBy(lint(tbs, grant, issuer), another)).toThrow(TypeError)
  })
})
