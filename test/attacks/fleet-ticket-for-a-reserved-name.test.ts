import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { joinNode, takeTicket, ticketWish } from '../support/joiner.ts'
import { type AttackedCa, startAttackedCa } from './support/attacked-ca.ts'
import { attemptJoin } from './support/ticket-attack.ts'

let ca: AttackedCa
beforeAll(async () => {
  ca = await startAttackedCa({
    config: { addresses: ['127.0.0.1', 'localhost', 'node-ca'] },
  })
})
afterAll(() => ca.dispose())

describe('a fleet’s ticket used for a name that belongs to the cluster', () => {
  it('gives nobody a name of the CA, of kube-apiserver or of a master', async () => {
    await joinNode(ca, 'node-m1', { role: 'master', hosts: ['node-etcd'] })
    const own = await takeTicket(ca, 'node-*', { uses: 9 })
    const codes = []
    for (const name of ['node-ca', 'node-etcd'])
      codes.push((await attemptJoin(ca, own, { hostname: name })).code)
    expect(codes).toEqual(['ERR_NAME_RESERVED', 'ERR_NAME_RESERVED'])
    expect((await attemptJoin(ca, own, { node: 'node-m1' })).code).toBe('ERR_NODE_EXISTS')
    const kube = await takeTicket(ca, 'kuberne*', { uses: 9 })
    expect((await attemptJoin(ca, kube, { node: 'kubernetes' })).code).toBe('ERR_NAME_RESERVED')
    expect(ca.rows('SELECT * FROM ticket_uses')).toEqual([])
  })

  it.each([
    ['every name there is', '*', {}],
    ['masters', 'master-*', { role: 'master', uses: 3 }],
    ['addresses that all would share', 'worker-*', { hosts: ['10.0.0.9'], uses: 3 }],
    ['the place of nodes that are there', 'worker-*', { replace: true, uses: 3 }],
    ['cluster-admin', 'worker-*', { clusterAdmin: true, uses: 3 }],
    ['no bound', 'worker-*', {}],
    ['more than a thousand', 'worker-{1..2000}', {}],
    ['more than it has names', 'worker-{1..3}', { uses: 4 }],
  ])('is not made for %s', async (_title, pattern, more) => {
    const { code } = await ca.operator('POST', '/v1/tickets', ticketWish(pattern, more))
    expect(['ERR_USAGE', 'ERR_NAME_INVALID']).toContain(code)
  })
})
