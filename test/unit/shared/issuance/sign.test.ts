import { describe, expect, expectTypeOf, it } from 'vitest'
import {
  type IntendedCertificate,
  lint,
  type LintedTbsCertificate,
  signCertificate,
} from '@easycerts/shared/issuance'
import { generateSigningKey } from '@easycerts/shared/key'
import {
  buildCertificateRequest,
  isSignedBy,
  parseCertificate,
  type TbsCertificate,
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

  it('takes only what was linted and intended: the compiler refuses the rest', async () => {
    const { tbs, grant, issuer } = await sampleTbs('kubelet-client')
    const key = await generateSigningKey('ecdsa-p256')
    const linted = lint(tbs, grant, issuer)
    const refused = [
      // @ts-expect-error not linted
      () => signCertificate(tbs, key),
      // @ts-expect-error not intended
      () => signCertificate(linted, key),
    ]
    expect(refused).toHaveLength(2)
    expectTypeOf<IntendedCertificate>().toExtend<LintedTbsCertificate>()
    expectTypeOf<LintedTbsCertificate>().toExtend<TbsCertificate>()
    expectTypeOf<IntendedCertificate['serialNumber']>().toEqualTypeOf<
      TbsCertificate['serialNumber']
    >()
  })
})
