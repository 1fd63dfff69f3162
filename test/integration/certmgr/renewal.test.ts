import { chmodSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { hours, minutes } from '@easycerts/shared/time'
import { parseSigningKey } from '@easycerts/shared/key'
import { renewalTime } from '@easycerts/shared/renewal'
import { describe, expect, it } from 'vitest'
import { certificateSpec, joinedNode, trustSpec } from '../../support/certmgr/test-node.ts'

const RESTART = { leaf: [{ restart: 'kubelet.service' }] }

describe('a pass of certmgr', () => {
  it('gets what is missing, with a private key that only its owner reads', async () => {
    const node = await joinedNode([certificateSpec('kubelet-client'), trustSpec('client-ca')])
    const { pass } = await node.start()
    await pass()
    const certificate = node.certificate('/pki/kubelet-client.crt')
    expect(parseSigningKey(node.read('/pki/kubelet-client.key')).publicKey.pin).toBe(
      certificate.pin,
    )
    expect(statSync(join(node.root, 'pki/kubelet-client.key')).mode & 0o777).toBe(0o600)
    expect(node.read('/pki/client-ca.crt')).toContain('BEGIN CERTIFICATE')
  })

  it('leaves a good certificate alone until its renewal point, and then renews key and certificate', async () => {
    const node = await joinedNode([certificateSpec('kubelet-client')])
    const { pass } = await node.start()
    await pass()
    const first = node.certificate('/pki/kubelet-client.crt')
    const dueAt = renewalTime(first.validity, first.serialNumber)

    node.time.now = new Date(dueAt.getTime() - 1000)
    await pass()
    expect(node.certificate('/pki/kubelet-client.crt').serialNumber).toBe(first.serialNumber)

    node.time.now = dueAt
    await pass()
    const second = node.certificate('/pki/kubelet-client.crt')
    expect(second.serialNumber).not.toBe(first.serialNumber)
    expect(second.pin).not.toBe(first.pin)
  })

  it('waits longer where its spec says how long before the end it is renewed', async () => {
    const spec = { ...certificateSpec('kubelet-client'), renewBefore: '2h' }
    const node = await joinedNode([spec])
    const { pass } = await node.start()
    await pass()
    const { serialNumber, validity } = node.certificate('/pki/kubelet-client.crt')
    const before = (length: number) => new Date(validity.notAfter.getTime() - length)
    const now = () => node.certificate('/pki/kubelet-client.crt').serialNumber

    node.time.now = before(hours(2) + 1000)
    await pass()
    expect(now()).toBe(serialNumber)

    // A quarter of it is for spreading a fleet.
    node.time.now = before(hours(1.5))
    await pass()
    expect(now()).not.toBe(serialNumber)
  })

  it('sleeps until the next certificate is due, and ten minutes at most', async () => {
    const node = await joinedNode([certificateSpec('kubelet-client')])
    const { pass } = await node.start()
    expect((await pass()).getTime() - node.time.now.getTime()).toBe(minutes(10))

    node.time.advance(hours(24) / 2 - minutes(1))
    const { validity, serialNumber } = node.certificate('/pki/kubelet-client.crt')
    const next = await pass()
    const dueAt = renewalTime(validity, serialNumber).getTime()
    expect(next.getTime()).toBeLessThanOrEqual(Math.max(dueAt, node.time.now.getTime() + 1000))
  })

  it('keeps the key where the spec says so, so that every mix of old and new is a pair', async () => {
    const node = await joinedNode([certificateSpec('kubelet-serving', { rotation: 'keep' })])
    const { pass } = await node.start()
    await pass()
    const key = node.read('/pki/kubelet-serving.key')
    const first = node.certificate('/pki/kubelet-serving.crt')
    node.time.advance(hours(20))
    await pass()
    expect(node.read('/pki/kubelet-serving.key')).toBe(key)
    expect(node.certificate('/pki/kubelet-serving.crt').serialNumber).not.toBe(first.serialNumber)
  })

  it('restarts a unit once for all certificates that share it, after all of them are there', async () => {
    const node = await joinedNode([
      certificateSpec('kubelet-client', { actions: RESTART }),
      certificateSpec('kubelet-serving', { actions: RESTART }),
      certificateSpec('flannel-client', { group: 'flannel', actions: RESTART }),
    ])
    const { pass } = await node.start()
    await pass()
    expect(node.actions()).toEqual(['try-restart kubelet.service'])
    await pass()
    expect(node.actions()).toHaveLength(1)
  })

  it('renews what no trusted CA has issued, after it has written the new bundles', async () => {
    const bundle = { bundle: [{ reload: 'kube-proxy.service' }] }
    const node = await joinedNode([
      certificateSpec('kubelet-client', { actions: RESTART }),
      trustSpec('server-ca', bundle),
    ])
    const { pass } = await node.start()
    await pass()
    const first = node.certificate('/pki/kubelet-client.crt')
    await node.ca.rotate('cluster')
    node.time.advance(minutes(10))
    await pass()
    const second = node.certificate('/pki/kubelet-client.crt')
    expect(second.issuer.equals(first.issuer)).toBe(false)
    expect(node.actions().slice(-2)).toEqual([
      'try-reload-or-restart kube-proxy.service',
      'try-restart kubelet.service',
    ])
  })

  it('puts a mode right without a new certificate and without a restart', async () => {
    const node = await joinedNode([certificateSpec('kubelet-client', { actions: RESTART })])
    const { pass } = await node.start()
    await pass()
    const key = join(node.root, 'pki/kubelet-client.key')
    chmodSync(key, 0o644)
    const first = node.certificate('/pki/kubelet-client.crt')
    await pass()
    expect(statSync(key).mode & 0o777).toBe(0o600)
    expect(node.certificate('/pki/kubelet-client.crt').serialNumber).toBe(first.serialNumber)
    expect(node.actions()).toHaveLength(1)
  })

  it('renews at once what an operator asks for', async () => {
    const node = await joinedNode([certificateSpec('kubelet-client')])
    const { pass } = await node.start()
    await pass()
    const first = node.certificate('/pki/kubelet-client.crt')
    node.write('/var/lib/easycerts/certmgr/renew/kubelet-client', '')
    await pass()
    const second = node.certificate('/pki/kubelet-client.crt')
    expect(second.serialNumber).not.toBe(first.serialNumber)
    await pass()
    expect(node.certificate('/pki/kubelet-client.crt').serialNumber).toBe(second.serialNumber)
  })
})
