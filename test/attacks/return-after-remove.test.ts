import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hours, minutes, seconds } from '@easycerts/shared/time'
import { type Identity, joinNode, joinWith, takeTicket } from '../support/joiner.ts'
import { type AttackedCa, startAttackedCa } from './support/attacked-ca.ts'
import { confirm, look, tryReturn } from './support/identity-attack.ts'

/** An identity that ends in three minutes by the clock of TLS, and at once by the CA's. */
const LIFE = hours(8)

let ca: AttackedCa
const nodes = new Map<string, Identity>()
beforeAll(async () => {
  const lifetimes = { certificates: '720h', identity: '8h', caServer: '720h' }
  ca = await startAttackedCa({ config: { lifetimes }, offset: minutes(3) - LIFE })
  for (const name of ['worker-1', 'worker-2']) nodes.set(name, await joinNode(ca, name))
})
afterAll(() => ca.dispose())

const heldBy = (name: string): Identity => {
  const identity = nodes.get(name)
  if (!identity) throw new Error(`${name} has not joined`)
  return identity
}

describe('a thief with the key of a node that was removed', () => {
  it('is not let back in, whether the key has expired or not, nor when the name is used again', async () => {
    const removed = heldBy('worker-1')
    expect(
      await ca.operator('POST', '/v1/nodes/worker-1/remove', { reason: 'sold' }),
    ).toMatchObject({ status: 200 })
    expect(await look(ca, removed)).toMatchObject({ status: 401, code: 'ERR_NODE_REMOVED' })
    ca.advance(LIFE + seconds(30))
    expect(await tryReturn(ca, removed)).toMatchObject({ code: 'ERR_NODE_REMOVED' })

    const fresh = await joinWith(ca, await takeTicket(ca, 'worker-1'))
    await confirm(ca, fresh)
    expect(await tryReturn(ca, removed)).toMatchObject({ code: 'ERR_IDENTITY_REVOKED' })
    expect(await look(ca, fresh)).toMatchObject({ status: 200 })
  })

  it('is not let back in where its certificates had all expired before the removal', async () => {
    const removed = heldBy('worker-2')
    await ca.operator('POST', '/v1/nodes/worker-2/remove', { reason: 'sold' })
    expect(await tryReturn(ca, removed)).toMatchObject({ code: 'ERR_NODE_REMOVED' })
  })
})
