import { generateSigningKey } from '@easycerts/shared/key'
import { formatTrustDocument, type SignedTrust, signTrust } from '@easycerts/shared/trust'
import { describe, it } from 'vitest'
import { expectRefusal, trustingNode } from '../support/certmgr/trusting-node.ts'
import { type TestTrust, trustKeyEntry } from '../support/trust/test-trust.ts'

const FORGERIES: [string, (trust: TestTrust) => Promise<SignedTrust> | SignedTrust][] = [
  [
    'is signed by a stranger under the id of the trust key',
    async (trust) => {
      const stranger = await generateSigningKey('ed25519')
      const { signatures, ...made } = trust.make({}, [stranger])
      const [keyId] = trust.make().signatures.map((each) => each.keyId)
      return { ...made, signatures: signatures.map((each) => ({ ...each, keyId: keyId ?? '' })) }
    },
  ],
  [
    'names a stranger as trust key, who signs it',
    async (trust) => {
      const stranger = await generateSigningKey('ed25519')
      return trust.make({ trustKeys: [trustKeyEntry(stranger)] }, [stranger])
    },
  ],
  [
    'has the signature of another version',
    (trust) => ({ ...trust.make(), signatures: trust.versions[2]?.signatures ?? [] }),
  ],
  [
    'has one bit of its signature changed',
    (trust) => {
      const made = trust.make()
      const flip = (text: string) => {
        const octets = Buffer.from(text, 'base64url')
        octets[7] = (octets[7] ?? 0) ^ 1
        return octets.toString('base64url')
      }
      const signatures = made.signatures.map(({ keyId, signature }) => ({
        keyId,
        signature: flip(signature),
      }))
      return { ...made, signatures }
    },
  ],
  [
    'is of another cluster, whose trust key is the same',
    (trust) => trust.make({ cluster: { name: 'test', id: 'ab'.repeat(16) } }),
  ],
  [
    'is signed as something else that the same key signs',
    (trust) => {
      const octets = formatTrustDocument({ ...trust.newest(), version: 4 })
      const [entry] = signTrust(octets, [trust.key])
      const signature = trust.key.sign(octets).toString('base64url')
      return { ...trust.make(), signatures: [{ keyId: entry?.keyId ?? '', signature }] }
    },
  ],
]

describe('a forged trust document', () => {
  it.each(FORGERIES)('that %s is refused, and nothing is installed', async (_, forge) => {
    const attacked = await trustingNode()
    const { trust } = attacked.node.ca.trust
    trust.versions.push(await forge(trust))
    await expectRefusal(attacked, 'ERR_TRUST_UNPROVEN')
  })

  it.each([
    ['is no JSON', () => Buffer.from('{')],
    ['says everything twice', (text: string) => Buffer.from(text.replace('{', '{"epoch":9,'))],
    ['has white space that a parser drops', (text: string) => Buffer.from(`${text} `)],
    ['has a prototype', (text: string) => Buffer.from(text.replace('{', '{"__proto__":{},'))],
    [
      'is of a format to come',
      (text: string) => Buffer.from(text.replace('"format":1', '"format":2')),
    ],
    [
      'has a trust key that is no key',
      (text: string) => Buffer.from(text.replace(/"publicKey":"[^"]*"/, '"publicKey":"AA"')),
    ],
  ])('that %s is refused, though the trust key signs it', async (_, write) => {
    const attacked = await trustingNode()
    const { trust } = attacked.node.ca.trust
    const text = formatTrustDocument({ ...trust.newest(), version: 4 }).toString('utf8')
    const octets = write(text)
    trust.page = () => ({
      documents: [
        {
          document: octets.toString('base64url'),
          signatures: signTrust(octets, [trust.key]),
          certifications: trust.certifications,
        },
      ],
      latest: 4,
    })
    await expectRefusal(attacked, 'ERR_TRUST_MALFORMED')
  })
})
