import { join } from 'node:path'
import { openTrustStore, type TrustMemory } from '@easycerts/adapters/trust-store'
import { NODE_PATHS } from '@easycerts/shared/layout'
import { hours } from '@easycerts/shared/time'
import { expect } from 'vitest'
import { certificateSpec, joinedNode, type Running, type TestNode, trustSpec } from './test-node.ts'

export const TRUST_FILE = `${NODE_PATHS.identityDirectory}/trust.json`
export const MARK_FILE = `${NODE_PATHS.certmgrState}/trust-mark.json`

/** A running certmgr whose node has walked to version 3. */
export interface TrustingNode {
  readonly node: TestNode
  readonly running: Running
  /** What lies on its disk, as the next start would read it. */
  readonly known: () => TrustMemory
  readonly version: () => number | undefined
  /** Hours later, when its certificates are due: whatever the CA gives would be installed. */
  readonly passLater: (running?: Running) => Promise<void>
  /** An hour later: a refused CA is asked again by then, and the identity still lives. */
  readonly passSoon: (running?: Running) => Promise<void>
  /** All that a CA could change. */
  readonly installed: () => string[]
}

export const CLIENT_CA = '/pki/client-ca.crt'

export const trustingNode = async (): Promise<TrustingNode> => {
  const restart = { bundle: [{ restart: 'kubelet.service' }] }
  const node = await joinedNode([
    certificateSpec('kubelet-client'),
    trustSpec('client-ca', restart),
    trustSpec('enrolment'),
  ])
  const { trust } = node.ca.trust
  for (let version = 2; version <= 3; version++) trust.publish()
  const running = await node.start()
  await running.pass()
  const store = openTrustStore({
    directory: node.store.directory,
    markDirectory: join(node.root, NODE_PATHS.certmgrState),
  })
  const version = () => store.load().trust?.document.version
  expect(version()).toBe(3)
  const passAfter = async (duration: number, { pass }: Running): Promise<void> => {
    node.time.advance(duration)
    await pass()
  }
  return {
    node,
    running,
    known: () => store.load(),
    version,
    passLater: (started = running) => passAfter(hours(17), started),
    passSoon: (started = running) => passAfter(hours(1), started),
    installed: () =>
      [
        ...['/pki/kubelet-client.crt', '/pki/kubelet-client.key', CLIENT_CA, '/pki/enrolment.crt'],
        `${NODE_PATHS.identityDirectory}/current.pem`,
        TRUST_FILE,
        NODE_PATHS.identityDirectory + '/node.json',
      ].map((path) => node.read(path)),
  }
}

/** The node installs nothing, runs on with what it has, and shows the operator why. */
export const expectRefusal = async (
  { running: first, passLater, installed, node }: TrustingNode,
  code: string,
  running = first,
): Promise<void> => {
  const before = installed()
  const actions = node.actions().length
  await passLater(running)
  expect(installed()).toEqual(before)
  expect(node.actions()).toHaveLength(actions)
  const { memory } = running
  expect(memory.ca.state).toBe('distrusted')
  expect(memory.attempts.get('ca')?.lastFailure.code).toBe(code)
  expect(node.log.some((line) => line.includes(code))).toBe(true)
}
