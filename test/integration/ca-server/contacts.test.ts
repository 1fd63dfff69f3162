import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { generateSigningKey } from '@easycerts/shared/key'
import { minutes, seconds } from '@easycerts/shared/time'
import { joinBy, joinedNode, requesterOf, takeTicketOf } from '../../support/in-process-nodes.ts'
import { openTestAuthority, type TestAuthority } from '../../support/test-authority.ts'

let ca: TestAuthority
beforeEach(async () => {
  ca = await openTestAuthority()
})
afterEach(() => ca.dispose())

const lastSeenOf = async (name: string) =>
  (await ca.authority.store.read((reading) => reading.findNode(name)))?.lastSeenAt

describe('a node that only reads', () => {
  it('is seen whenever it shows its identity, to within some minutes', async () => {
    const node = await joinedNode(ca, 'worker-1')
    await requesterOf(ca, node)
    const first = ca.clock.read().toISOString()
    expect(await lastSeenOf('worker-1')).toBe(first)
    ca.clock.advance(minutes(4))
    await requesterOf(ca, node)
    expect(await lastSeenOf('worker-1')).toBe(first)
    ca.clock.advance(minutes(1))
    await requesterOf(ca, node)
    expect(await lastSeenOf('worker-1')).toBe(ca.clock.read().toISOString())
  })

  it('costs one write in that time, and no entry of the log', async () => {
    const node = await joinedNode(ca, 'worker-1')
    await requesterOf(ca, node)
    const { size } = await ca.authority.store.read((reading) => reading.logTree())
    const transact = vi.spyOn(ca.authority.store, 'transact')
    ca.clock.advance(minutes(5))
    for (let count = 0; count < 20; count++) {
      ca.clock.advance(seconds(1))
      await requesterOf(ca, node)
    }
    expect(transact).toHaveBeenCalledTimes(1)
    expect((await ca.authority.store.read((reading) => reading.logTree())).size).toBe(size)
  })

  it('is answered while nothing can be written, and seen once that is over', async () => {
    const node = await joinedNode(ca, 'worker-1')
    await requesterOf(ca, node)
    ca.clock.advance(minutes(10))
    const transact = vi.spyOn(ca.authority.store, 'transact')
    transact.mockRejectedValueOnce(new Error('full'))
    await expect(requesterOf(ca, node)).resolves.toMatchObject({ node: { name: 'worker-1' } })
    await requesterOf(ca, node)
    expect(await lastSeenOf('worker-1')).toBe(ca.clock.read().toISOString())
  })

  it('is not seen because somebody with a ticket for its name calls', async () => {
    await requesterOf(ca, await joinedNode(ca, 'worker-1'))
    const before = await lastSeenOf('worker-1')
    ca.clock.advance(minutes(10))
    const ticket = await takeTicketOf(ca, 'worker-1', { replace: true })
    await requesterOf(ca, await joinBy(ca, ticket, await generateSigningKey('ecdsa-p256')))
    expect(await lastSeenOf('worker-1')).toBe(before)
  })
})
