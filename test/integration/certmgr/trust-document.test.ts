import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { encodePem } from '@easycerts/shared/encoding'
import { generateSigningKey } from '@easycerts/shared/key'
import { NODE_PATHS } from '@easycerts/shared/layout'
import { days } from '@easycerts/shared/time'
import { describe, expect, it } from 'vitest'
import { joinedNode, type TestNode, trustSpec } from '../../support/certmgr/test-node.ts'
import {
  CLIENT_CA,
  MARK_FILE,
  TRUST_FILE,
  trustingNode,
} from '../../support/certmgr/trusting-node.ts'
import { documentOf } from '../../support/trust/test-trust.ts'

const versionOn = (node: TestNode): number =>
  documentOf(JSON.parse(node.read(TRUST_FILE)) as never).version

describe('certmgr and the trust document', () => {
  it('begins at the anchor on a node that an older version joined, and keeps where it is', async () => {
    const { node, known } = await trustingNode()
    expect(known()).toMatchObject({ isCurrent: true, mark: { epoch: 1, version: 3 } })
    for (const path of [TRUST_FILE, MARK_FILE])
      expect(statSync(join(node.root, path)).mode & 0o777).toBe(0o600)
    expect(node.log.join('')).toMatch(/trust document accepted.*version=3/)
  })

  it('walks through more versions than one page in one contact', async () => {
    const { node, version, passLater } = await trustingNode()
    for (let count = 0; count < 120; count++) node.ca.trust.trust.publish()
    await passLater()
    expect(version()).toBe(123)
    const asked = node.ca.calls.filter((call) => call === 'GET /v1/trust')
    expect(asked.length).toBeLessThanOrEqual(8)
  })

  it('takes bundles from the document alone, whatever the unsigned answer says', async () => {
    const { node, passLater } = await trustingNode()
    const { trust } = node.ca.trust
    const before = node.read(CLIENT_CA)
    const calls = node.ca.calls.length
    await node.ca.rotate('cluster')
    // The unsigned answer has the new CA by now; the document is as it was.
    trust.versions.pop()
    await passLater()
    expect(node.ca.calls.length).toBeGreaterThan(calls)
    expect(node.read(CLIENT_CA)).toBe(before)
  })

  it('restarts who reads a bundle once the document has another CA', async () => {
    const { node, passLater } = await trustingNode()
    const before = node.read(CLIENT_CA)
    await node.ca.rotate('cluster')
    await passLater()
    expect(node.read(CLIENT_CA)).not.toBe(before)
    expect(node.actions().at(-1)).toContain('kubelet.service')
  })

  it('contacts the CA where the document says it is', async () => {
    const { node, passLater } = await trustingNode()
    const { endpoints } = node.ca.trust.trust.newest()
    const more = ['https://127.0.0.2:1', ...endpoints.node]
    node.ca.trust.trust.publish({ endpoints: { join: [], node: more } })
    await passLater()
    expect(node.store.loadRecord()?.endpoints).toEqual(more)
  })

  it('keeps bundles true for months without the CA, also after a restart', async () => {
    const { node, version } = await trustingNode()
    node.ca.behaviour.isDown = true
    node.time.advance(days(200))
    const before = node.read(CLIENT_CA)
    rmSync(join(node.root, CLIENT_CA))
    const again = await node.start()
    await again.pass()
    expect(node.read(CLIENT_CA)).toBe(before)
    expect(version()).toBe(3)
  })

  it('goes on with a CA that was restored from a backup: a higher version of a higher epoch', async () => {
    const { node, version, known, passLater } = await trustingNode()
    const { trust } = node.ca.trust
    trust.versions.length = 1
    trust.publish({ epoch: 1_900_000_000, version: 1_900_000_001 })
    await passLater()
    expect(version()).toBe(1_900_000_001)
    expect(known().isCurrent).toBe(true)
  })

  it('takes the bundles of a CA that has no trust documents yet, and the document once it has', async () => {
    const node = await joinedNode([trustSpec('client-ca')])
    node.ca.trust.isServed = false
    const { pass } = await node.start()
    await pass()
    const { 'client-ca': listed } = node.ca.trust.trust.newest().purposes
    expect(node.read(CLIENT_CA)).toBe(listed[0]?.certificate)
    // Known through a restart while the CA is away.
    node.ca.behaviour.isDown = true
    rmSync(join(node.root, CLIENT_CA))
    await (await node.start()).pass()
    expect(node.read(CLIENT_CA)).toBe(listed[0]?.certificate)

    Object.assign(node.ca.behaviour, { isDown: false })
    node.ca.trust.isServed = true
    node.time.advance(days(0.1))
    await pass()
    expect(versionOn(node)).toBe(1)
  })
})

const MASTER = {
  name: 'master-1',
  role: 'master',
  hosts: [{ kind: 'ip', value: '10.0.0.1' }],
  clusterAdmin: false,
} as const

const keyPem = async () =>
  encodePem('PUBLIC KEY', (await generateSigningKey('ecdsa-p256')).publicKey.spki)

describe('certmgr on a master', () => {
  const BUNDLE = '/pki/service-account.crt'
  const start = async () => {
    const restart = { bundle: [{ restart: 'kube-apiserver.service' }] }
    const node = await joinedNode([trustSpec('service-account', restart)], MASTER as never)
    const own = await keyPem()
    node.write(NODE_PATHS.serviceAccountPublicKey, own)
    const running = await node.start()
    await running.pass()
    return { node, own, ...running }
  }

  it('tells its key once, and restarts kube-apiserver with the keys of all masters', async () => {
    const { node, own, pass } = await start()
    const told = () =>
      node.ca.calls.filter((call) => call.endsWith('/v1/service-account-key')).length
    expect(node.read(BUNDLE)).toBe(own)
    expect(told()).toBe(1)

    const other = await keyPem()
    const { trust } = node.ca.trust
    const { purposes } = trust.newest()
    const entry = { id: 'master-2-x', publicKey: other, state: 'distributed' as const }
    const keys = [...purposes['service-account'], entry]
    trust.publish({ purposes: { ...purposes, 'service-account': keys } })
    const actions = node.actions().length
    node.time.advance(days(0.1))
    await pass()
    expect(node.read(BUNDLE)).toBe(own + other)
    expect(node.actions().slice(actions).join()).toContain('kube-apiserver.service')
    expect(told()).toBe(1)
  })

  it('accepts its own tokens while the CA knows no trust document', async () => {
    const node = await joinedNode([trustSpec('service-account')], MASTER as never)
    node.ca.trust.isServed = false
    const own = await keyPem()
    node.write(NODE_PATHS.serviceAccountPublicKey, own)
    await (await node.start()).pass()
    expect(node.read(BUNDLE)).toBe(own)
  })
})
