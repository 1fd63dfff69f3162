import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  CLIENT_CA,
  expectRefusal,
  MARK_FILE,
  TRUST_FILE,
  trustingNode,
} from '../support/certmgr/trusting-node.ts'

/** A node whose file is of version 1 again, before the CA that it trusts was replaced. */
const putBack = async () => {
  const attacked = await trustingNode()
  const { node } = attacked
  const old = JSON.stringify(node.ca.trust.trust.versions[0])
  const oldBundle = node.read(CLIENT_CA)
  await node.ca.rotate('cluster')
  await attacked.passLater()
  expect(node.read(CLIENT_CA)).not.toBe(oldBundle)
  const newBundle = node.read(CLIENT_CA)
  node.write(TRUST_FILE, old)
  return { ...attacked, oldBundle, newBundle }
}

describe('somebody who puts an old trust.json back on a node', () => {
  it('gets nothing of it installed, also while the CA is away', async () => {
    const { node, newBundle, known } = await putBack()
    node.ca.behaviour.isDown = true
    rmSync(join(node.root, CLIENT_CA))
    expect(known().isCurrent).toBe(false)
    await (await node.start()).pass()
    expect(() => node.read(CLIENT_CA)).toThrow('ENOENT')

    node.ca.behaviour.isDown = false
    await (await node.start()).pass()
    expect(node.read(CLIENT_CA)).toBe(newBundle)
    expect(known().isCurrent).toBe(true)
  })

  it('delays an honest node by one contact, without an alarm', async () => {
    const { node, passSoon, version, newBundle } = await putBack()
    const again = await node.start()
    await passSoon(again)
    expect(version()).toBe(4)
    expect(node.read(CLIENT_CA)).toBe(newBundle)
    expect(again.memory.ca.state).toBe('reachable')
  })

  it.each([
    ['an old one', 1],
    ['none', 0],
  ])('together with a CA that was set back, with %s, is refused by the mark', async (_, kept) => {
    const attacked = await putBack()
    const { node } = attacked
    node.ca.trust.trust.versions.length = 2
    if (kept === 0) rmSync(join(node.root, TRUST_FILE))
    const again = await node.start()
    const bundle = node.read(CLIENT_CA)
    await attacked.passSoon(again)
    expect(again.memory.attempts.get('ca')?.lastFailure.code).toBe('ERR_TRUST_ROLLED_BACK')
    expect(again.memory.ca.state).toBe('distrusted')
    expect(node.read(CLIENT_CA)).toBe(bundle)
  })

  it.each(['garbage', '{"document":"e30","signatures":[],"certifications":[]}', ''])(
    'or one that is damaged (%s) makes the node begin at the anchor, and still not go back',
    async (text) => {
      const attacked = await trustingNode()
      const { node, version } = attacked
      node.write(TRUST_FILE, text)
      await attacked.passSoon()
      expect(version()).toBe(3)

      node.write(TRUST_FILE, text)
      node.ca.trust.trust.versions.length = 1
      const again = await node.start()
      await attacked.passSoon(again)
      expect(again.memory.attempts.get('ca')?.lastFailure.code).toBe('ERR_TRUST_ROLLED_BACK')
    },
  )

  it('and damages the mark alone gains nothing: the document is the higher memory then', async () => {
    const attacked = await trustingNode()
    const { node } = attacked
    node.write(MARK_FILE, 'garbage')
    node.ca.trust.trust.versions.length = 2
    await expectRefusal(attacked, 'ERR_TRUST_ROLLED_BACK', await node.start())
  })
})
