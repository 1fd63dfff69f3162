import { join } from 'node:path'
import { NODE_PATHS } from '@easycerts/shared/layout'
import { expect, it } from 'vitest'
import { joinedNode, type TestNode, trustSpec } from '../support/certmgr/test-node.ts'
import { CLIENT_CA, TRUST_FILE } from '../support/certmgr/trusting-node.ts'
import { resultOf, startProgram } from '../support/e2e/run-program.ts'
import { describeWith } from '../support/needed-tool.ts'
import { documentOf } from '../support/trust/test-trust.ts'
import { tornFiles } from './support/node-root.ts'

/** Renames of a pass that walks on and writes two bundles; one that is never reached ends the round. */
const MOST = 24
const STRIDE = process.env['SOAK'] === 'full' ? 1 : 2

const killedAt = (nth: number): readonly string[] => [
  ...['env', 'UV_THREADPOOL_SIZE=1', 'strace', '-f', '-qq', '-o', '/dev/null'],
  ...['-e', 'trace=rename', '-e', `inject=rename:signal=KILL:when=${nth}`],
]

const RESTART = { bundle: [{ restart: 'kubelet.service' }] }

/** A node at version 1, whose CA has another cluster CA in version 2. */
const nodeBeforeRotation = async () => {
  const node = await joinedNode([trustSpec('client-ca', RESTART), trustSpec('server-ca')])
  await (await node.start()).pass()
  const before = node.read(CLIENT_CA)
  await node.ca.rotate('cluster')
  return { node, before }
}

const stateOf = (node: TestNode, before: string) => ({
  version: documentOf(JSON.parse(node.read(TRUST_FILE)) as never).version,
  isBundleNew: node.read(CLIENT_CA) !== before,
})

describeWith('strace', 'certmgr killed between the trust document and the bundles of it', () => {
  it('never has a bundle without the document, and finishes at its next start', async () => {
    const seen = new Set<string>()
    for (let nth = 1; nth <= MOST; nth += STRIDE) {
      const { node, before } = await nodeBeforeRotation()
      const args = ['--root', node.root, 'ensure']
      const { signal, exitCode } = await resultOf(startProgram('certmgr', args, killedAt(nth)), '')
      if (signal === null && exitCode === 0) break
      expect(tornFiles(join(node.root, NODE_PATHS.identityDirectory))).toEqual([])
      const killed = stateOf(node, before)
      seen.add(`${killed.version} ${killed.isBundleNew}`)
      if (killed.isBundleNew) expect(killed.version).toBe(2)

      // From the document on its disk, though the CA is away.
      node.ca.behaviour.isDown = killed.version === 2
      await (await node.start()).pass()
      expect(stateOf(node, before)).toEqual({ version: 2, isBundleNew: true })
      expect(node.read('/pki/server-ca.crt')).toBe(node.read(CLIENT_CA))
      expect(node.actions().join()).toContain('kubelet.service')
    }
    // Killed before the document, and between it and the bundles.
    expect([...seen]).toEqual(expect.arrayContaining(['1 false', '2 false']))
  })
})
