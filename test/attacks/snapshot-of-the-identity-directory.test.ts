import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { NODE_PATHS } from '@easycerts/shared/layout'
import { describe, expect, it } from 'vitest'
import { CLIENT_CA, trustingNode } from '../support/certmgr/trusting-node.ts'

/** The node’s identity directory as it was at version 3, put back at version 4. */
const putBack = async () => {
  const attacked = await trustingNode()
  const { node } = attacked
  const [directory, copy] = [
    join(node.root, NODE_PATHS.identityDirectory),
    join(node.root, 'snapshot'),
  ]
  cpSync(directory, copy, { recursive: true })
  await node.ca.rotate('cluster')
  node.time.advance(3_600_000)
  await attacked.running.pass()
  expect(attacked.version()).toBe(4)
  rmSync(directory, { recursive: true })
  cpSync(copy, directory, { recursive: true })
  expect(attacked.version()).toBe(3)
  return attacked
}

describe('a snapshot of a node’s identity directory that is put back', () => {
  it('does not take the node back: it walks on to where it was', async () => {
    const { node, version, passSoon, known } = await putBack()
    const bundle = node.read(CLIENT_CA)
    const again = await node.start()
    await passSoon(again)
    expect(version()).toBe(4)
    expect(known().isCurrent).toBe(true)
    expect(node.read(CLIENT_CA)).toBe(bundle)
    expect(again.memory.ca.state).toBe('reachable')
  })

  it('together with records of the CA from that time is refused: the mark lies elsewhere', async () => {
    const { node, passSoon } = await putBack()
    const bundle = node.read(CLIENT_CA)
    node.ca.trust.trust.versions.length = 3
    const again = await node.start()
    await passSoon(again)
    expect(again.memory.attempts.get('ca')?.lastFailure.code).toBe('ERR_TRUST_ROLLED_BACK')
    expect(again.memory.ca.state).toBe('distrusted')
    expect(node.read(CLIENT_CA)).toBe(bundle)
  })
})

describe('a snapshot of the whole node that is put back', () => {
  it('walks on to where it was, from a CA that is honest', async () => {
    const attacked = await trustingNode()
    const { node } = attacked
    const copy = `${node.root}-snapshot`
    cpSync(join(node.root, 'var'), copy, { recursive: true })
    for (let count = 0; count < 3; count++) node.ca.trust.trust.publish()
    await attacked.passSoon()
    rmSync(join(node.root, 'var'), { recursive: true })
    cpSync(copy, join(node.root, 'var'), { recursive: true })
    rmSync(copy, { recursive: true })
    const again = await node.start()
    await attacked.passSoon(again)
    expect(attacked.version()).toBe(6)
    expect(again.memory.ca.state).toBe('reachable')
  })
})
