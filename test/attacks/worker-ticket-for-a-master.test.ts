import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { askCertificate, callAs, joinWith, takeTicket } from '../support/joiner.ts'
import { type AttackedCa, startAttackedCa } from './support/attacked-ca.ts'
import { attemptJoin } from './support/ticket-attack.ts'

let ca: AttackedCa
beforeAll(async () => {
  ca = await startAttackedCa()
})
afterAll(() => ca.dispose())

describe('the holder of a worker’s ticket who wants to be a master', () => {
  it.each([
    { role: 'master' },
    { clusterAdmin: true },
    { profile: 'kube-apiserver' },
    { hosts: ['10.0.0.1'] },
  ])('may not even say %j', async (wish) => {
    const ticket = await takeTicket(ca, 'worker-1')
    expect((await attemptJoin(ca, ticket, wish)).code).toBe('ERR_BODY_INVALID')
    await ca.operator('POST', `/v1/tickets/${ticket.id}/revoke`, {})
  })

  it('is a worker after the join, by a fleet’s ticket too, and gets no certificate of a master', async () => {
    for (const [named, name] of [
      ['worker-2', 'worker-2'],
      ['worker-*', 'worker-3'],
    ] as const) {
      const ticket = await takeTicket(ca, named, named === name ? {} : { uses: 1 })
      const answer = await attemptJoin(ca, ticket, { node: name })
      expect(answer.body['node']).toMatchObject({ name, role: 'worker', clusterAdmin: false })
    }
    const identity = await joinWith(ca, await takeTicket(ca, 'worker-4'))
    await callAs(ca, identity, 'POST', '/v1/identity/confirm', {})
    for (const profile of [
      'kube-apiserver',
      'etcd-server',
      'kube-controller-manager',
      'cluster-admin',
    ])
      expect((await askCertificate(ca, identity, profile)).status).toBe(403)
  })
})
