import { describe, expect, it } from 'vitest'
import { expectRefusal, trustingNode } from '../support/certmgr/trusting-node.ts'
import { documentOf } from '../support/trust/test-trust.ts'

describe('a CA that takes its trust document back to an older version', () => {
  it.each([
    ['forgets the newest version', (versions: unknown[]) => versions.pop()],
    ['forgets all but the first', (versions: unknown[]) => versions.splice(1)],
    ['forgets every version', (versions: unknown[]) => versions.splice(0)],
  ])('and %s is refused whole, until it is honest again', async (_, change) => {
    const attacked = await trustingNode()
    const { trust } = attacked.node.ca.trust
    const honest = [...trust.versions]
    change(trust.versions)
    await expectRefusal(attacked, 'ERR_TRUST_ROLLED_BACK')

    trust.versions.splice(0, trust.versions.length, ...honest)
    const [before] = attacked.installed()
    await attacked.passSoon()
    expect(attacked.installed()[0]).not.toBe(before)
    expect(attacked.running.memory.ca.state).toBe('reachable')
  })

  it('and shows the old octets where the node asks for newer ones is refused', async () => {
    const attacked = await trustingNode()
    const { trust } = attacked.node.ca.trust
    const [first] = trust.versions
    trust.page = () => ({ documents: first ? [first] : [], latest: 9 })
    await expectRefusal(attacked, 'ERR_TRUST_ROLLED_BACK')
  })

  it.each([false, true])(
    'and poses as one that has none yet is refused, by a restarted node too: %s',
    async (isRestarted) => {
      const attacked = await trustingNode()
      const running = isRestarted ? await attacked.node.start() : attacked.running
      attacked.node.ca.trust.isServed = false
      await expectRefusal(attacked, 'ERR_TRUST_ROLLED_BACK', running)
    },
  )

  it('as an old instance that wakes after a restore, in an epoch that is over, is refused', async () => {
    const attacked = await trustingNode()
    const { trust } = attacked.node.ca.trust
    const old = [...trust.versions]
    trust.publish({ epoch: 1_900_000_000, version: 1_900_000_000 })
    await attacked.passLater()
    expect(attacked.version()).toBe(1_900_000_000)

    trust.versions.splice(0, trust.versions.length, ...old)
    for (let count = 0; count < 5; count++) trust.publish()
    await expectRefusal(attacked, 'ERR_TRUST_ROLLED_BACK')
  })

  it('and leaves a version out of the walk is refused at the gap', async () => {
    const attacked = await trustingNode()
    const { trust } = attacked.node.ca.trust
    for (let count = 0; count < 3; count++) trust.publish()
    const page = trust.page.bind(trust)
    const isShown = (version: number) => version !== 4
    trust.page = (after) => {
      const { documents, latest } = page(after)
      return { documents: documents.filter((each) => isShown(documentOf(each).version)), latest }
    }
    await expectRefusal(attacked, 'ERR_TRUST_UNPROVEN')
  })

  it('and says that there is a newer one without showing it is refused', async () => {
    const attacked = await trustingNode()
    const { trust } = attacked.node.ca.trust
    const page = trust.page.bind(trust)
    trust.page = (after) => ({ documents: page(after).documents, latest: 4 })
    await expectRefusal(attacked, 'ERR_TRUST_UNPROVEN')
  })
})
