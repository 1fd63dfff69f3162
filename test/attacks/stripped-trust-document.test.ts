import type { SignedTrust, TrustDocument } from '@easycerts/shared/trust'
import { formatTrustDocument } from '@easycerts/shared/trust'
import { describe, expect, it } from 'vitest'
import { CLIENT_CA, expectRefusal, trustingNode } from '../support/certmgr/trusting-node.ts'
import { documentOf } from '../support/trust/test-trust.ts'

/** The same signatures over fewer octets. */
const without = (signed: SignedTrust, change: (document: TrustDocument) => object): SignedTrust => {
  const left = change(documentOf(signed)) as TrustDocument
  return { ...signed, document: formatTrustDocument(left).toString('base64url') }
}

describe('a CA or somebody between who takes purposes out of a trust document', () => {
  it.each([
    [
      'the CAs of a purpose',
      (d: TrustDocument) => ({ ...d, purposes: { ...d.purposes, 'client-ca': [] } }),
    ],
    [
      'a key that is distrusted',
      (d: TrustDocument) => ({ ...d, purposes: { ...d.purposes, 'service-account': [] } }),
    ],
    ['the keys of the log', (d: TrustDocument) => ({ ...d, logKeys: [] })],
    ['the endpoints', (d: TrustDocument) => ({ ...d, endpoints: { join: [], node: [] } })],
    ['what only a later release knows', ({ future: _future, ...d }: TrustDocument) => d],
  ])('is refused, be it %s', async (_, change) => {
    const attacked = await trustingNode()
    const { trust } = attacked.node.ca.trust
    const { purposes } = trust.newest()
    const thief = { id: 'master-1-x', publicKey: 'PEM', state: 'distrusted' as const }
    const log = [...trust.newest().trustKeys]
    const made = trust.make({
      future: 'field',
      logKeys: log,
      purposes: { ...purposes, 'service-account': [thief] },
    })
    trust.versions.push(without(made, change))
    await expectRefusal(attacked, 'ERR_TRUST_UNPROVEN')

    trust.versions.splice(3, 1, made)
    await attacked.passSoon()
    expect(attacked.version()).toBe(4)
  })

  it('is refused where a purpose is missing altogether', async () => {
    const attacked = await trustingNode()
    const { trust } = attacked.node.ca.trust
    trust.versions.push(
      without(trust.make(), ({ purposes: { 'client-ca': _gone, ...purposes }, ...rest }) => ({
        ...rest,
        purposes,
      })),
    )
    await expectRefusal(attacked, 'ERR_TRUST_MALFORMED')
  })

  it('does not empty a bundle even with the trust key: the file stays, and the operator is told', async () => {
    const attacked = await trustingNode()
    const { node, running } = attacked
    const { trust } = node.ca.trust
    const before = node.read(CLIENT_CA)
    trust.publish({ purposes: { ...trust.newest().purposes, 'client-ca': [] } })
    await attacked.passLater()
    expect(node.read(CLIENT_CA)).toBe(before)
    expect(running.memory.attempts.get('trust-client-ca')?.lastFailure.code).toBe(
      'ERR_CA_REPLY_INVALID',
    )
  })
})
