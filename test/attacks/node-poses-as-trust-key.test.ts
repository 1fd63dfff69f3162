import { type ExportableKey, generateSigningKey } from '@easycerts/shared/key'
import { describe, expect, it } from 'vitest'
import type { TestCa } from '../support/certmgr/test-ca.ts'
import { joinedNode, trustSpec } from '../support/certmgr/test-node.ts'
import { forgeCa, forgeCertificate } from '../support/join/forge-certificate.ts'
import { certifyTrustKey, trustKeyEntry } from '../support/trust/test-trust.ts'

const FAR = { from: new Date('2020-01-01'), until: new Date('2040-01-01') }

type Certify = (key: ExportableKey, ca: TestCa) => string | Promise<string>

/** What a thief shows as the certificate of his trust key. */
const CERTIFICATES: [string, Certify][] = [
  [
    'the identity that the CA gave it',
    (key, ca) => ca.issueIdentity(key.publicKey).der.toString('base64url'),
  ],
  [
    'a certificate of another CA that has the same name',
    async (key) => certifyTrustKey(await forgeCa('enrolment', FAR), key),
  ],
  [
    'one that it signed itself',
    async (key) => {
      const { certificate } = await forgeCertificate({
        commonName: 'easycerts trust-key',
        organizations: ['easycerts:trust'],
        purposes: ['documentSigning'],
        key,
        ...FAR,
      })
      return certificate.der.toString('base64url')
    },
  ],
  ['octets that are no certificate', () => 'AAAA'],
]

/** A pass of a node that knows no trust document yet, and is shown that of a thief. */
const show = async (certify: Certify | undefined) => {
  const node = await joinedNode([trustSpec('client-ca')])
  const { trust } = node.ca.trust
  const thief = await generateSigningKey('ed25519')
  const change = { version: 1, trustKeys: [trustKeyEntry(thief)] }
  trust.certifications = certify ? [await certify(thief, node.ca)] : []
  trust.versions.splice(0, 1, trust.make(change, [thief]))
  const { pass, memory } = await node.start()
  await pass()
  return { node, memory }
}

const expectNobody = ({ node, memory }: Awaited<ReturnType<typeof show>>): void => {
  expect(memory.attempts.get('ca')?.lastFailure.code).toBe('ERR_TRUST_UNPROVEN')
  expect(memory.ca.state).toBe('distrusted')
  expect(() => node.read('/pki/client-ca.crt')).toThrow('ENOENT')
}

describe('a node that poses as a trust key', () => {
  it.each(CERTIFICATES)('with %s is nobody to one that begins its walk', async (_, certify) => {
    expectNobody(await show(certify))
  })

  it('with no certificate at all is nobody either', async () => {
    expectNobody(await show(undefined))
  })
})
