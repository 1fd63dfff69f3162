import { hours } from '@easycerts/shared/time'
import { generateSigningKey } from '@easycerts/shared/key'
import { describe, expect, it } from 'vitest'
import { certificateSpec, joinedNode, type TestNode } from '../../support/certmgr/test-node.ts'

const RENEW = '/v1/identity/renew'
const CONFIRM = '/v1/identity/confirm'
const CERTIFICATE = 'POST /v1/certificates kubelet-client'

const current = (node: TestNode) => {
  const identity = node.store.load()
  if (!identity) throw new Error('the node has no identity')
  return identity
}

const states = (node: TestNode) =>
  [...node.ca.identities.values()].map(({ state }) => state).toSorted()

/** A node whose identity is due. */
const dueNode = async () => {
  const node = await joinedNode([certificateSpec('kubelet-client')])
  const before = current(node)
  node.time.advance(hours(17))
  return { node, before }
}

describe('the identity of a node', () => {
  it('is renewed before the certificates, and the CA retires the old one', async () => {
    const { node, before } = await dueNode()
    await (await node.start()).pass()
    const after = current(node)
    expect(after.key.publicKey.pin).not.toBe(before.key.publicKey.pin)
    expect(after.isConfirmed).toBe(true)
    expect(states(node)).toEqual(['current', 'retired'])
    const { calls } = node.ca
    expect(calls.indexOf(`POST ${CONFIRM}`)).toBeLessThan(calls.indexOf(CERTIFICATE))
  })

  it('comes to the same certificate when the answer to the request is lost', async () => {
    const { node } = await dueNode()
    // The first loss hits a connection that was open already, and is asked again at once.
    node.ca.behaviour.lost.push(RENEW, RENEW)
    const { pass } = await node.start()
    await pass()
    const pending = node.store.loadPending('renewal')
    expect(pending).toMatchObject({ certificate: undefined })
    node.time.advance(hours(1))
    await pass()
    expect(current(node).key.publicKey.pin).toBe(pending?.key.publicKey.pin)
    expect(states(node)).toEqual(['current', 'retired'])
  })

  it('is confirmed once more when the answer to the confirmation is lost', async () => {
    const { node } = await dueNode()
    node.ca.behaviour.lost.push(CONFIRM)
    const { pass, memory } = await node.start()
    const next = await pass()
    expect(current(node).isConfirmed).toBe(false)
    expect([...memory.attempts.keys()]).toEqual(expect.arrayContaining(['ca', 'identity']))
    node.time.now = next
    await pass()
    expect(current(node).isConfirmed).toBe(true)
    // What is done must not be shown as failing until the next renewal.
    expect([...memory.attempts.keys()]).toEqual([])
    expect(node.certificate('/pki/kubelet-client.crt')).toBeDefined()
  })

  it.each(['key', 'certificate', 'switch'] as const)(
    'is renewed to the end by a certmgr that was killed after the %s was durable',
    async (step) => {
      const { node, before } = await dueNode()
      const key = await generateSigningKey('ecdsa-p256')
      await node.store.savePending('renewal', key)
      if (step !== 'key') {
        const certificate = node.ca.issueIdentity(key.publicKey, 'pending')
        await node.store.savePendingCertificate('renewal', certificate)
      }
      if (step === 'switch') await node.store.promotePending('renewal')
      await (await node.start()).pass()
      expect(current(node).key.publicKey.pin).toBe(key.publicKey.pin)
      expect(current(node).isConfirmed).toBe(true)
      expect(node.ca.identities.get(before.certificate.fingerprint)?.state).toBe('retired')
      expect(node.store.loadPending('renewal')).toBeUndefined()
    },
  )

  it('says what to do when it has expired', async () => {
    const node = await joinedNode([certificateSpec('kubelet-client')])
    node.time.advance(hours(25))
    const { pass, memory } = await node.start()
    await pass()
    const failure = memory.attempts.get('kubelet-client')?.lastFailure
    expect(failure).toMatchObject({ code: 'ERR_CERTIFICATE_EXPIRED' })
    expect(failure?.hint).toContain('join the node again')
    expect(node.ca.calls).toEqual([])
  })

  it('is never written to the log', async () => {
    const { node } = await dueNode()
    await (await node.start()).pass()
    expect(node.log.join('')).not.toMatch(/BEGIN|PRIVATE|CERTIFICATE-/)
  })
})
