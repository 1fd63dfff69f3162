import { describe, expect, it } from 'vitest'
import { expectRefusal, trustingNode } from '../support/certmgr/trusting-node.ts'

describe('a thief of the trust key who shows another document of a version that is out', () => {
  it('is refused by a node that knows the first one, which alarms', async () => {
    const attacked = await trustingNode()
    const { trust } = attacked.node.ca.trust
    const { purposes } = trust.newest()
    const other = trust.make({ version: 3, purposes: { ...purposes, 'client-ca': [] } })
    trust.versions.splice(2, 1, other)
    await expectRefusal(attacked, 'ERR_TRUST_FORKED')
  })

  it('is refused also when the fork goes on, and after the node’s certmgr was restarted', async () => {
    const attacked = await trustingNode()
    const { trust } = attacked.node.ca.trust
    trust.versions.length = 2
    trust.publish({ expiresAt: '2031-01-01T00:00:00.000Z' })
    for (let count = 0; count < 3; count++) trust.publish()
    await expectRefusal(attacked, 'ERR_TRUST_FORKED', await attacked.node.start())
  })

  it('is refused by a node whose trust.json was put back to before the fork', async () => {
    const attacked = await trustingNode()
    const { node } = attacked
    const { trust } = node.ca.trust
    const [, second] = trust.versions
    trust.versions.length = 2
    for (let count = 0; count < 3; count++) trust.publish({ logKeys: [] })
    trust.versions.splice(2, 1, trust.make({ version: 3, expiresAt: '2031-01-01T00:00:00.000Z' }))
    node.write('/var/lib/easycerts/identity/trust.json', JSON.stringify(second))
    await expectRefusal(attacked, 'ERR_TRUST_FORKED', await node.start())
    expect(attacked.version()).toBe(2)
  })
})
