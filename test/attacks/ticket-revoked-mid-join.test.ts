import { minutes } from '@easycerts/shared/time'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callAs, joinWith, takeTicket } from '../support/joiner.ts'
import { type AttackedCa, startAttackedCa } from './support/attacked-ca.ts'
import { attemptJoin, ticketState } from './support/ticket-attack.ts'

let ca: AttackedCa
beforeAll(async () => {
  ca = await startAttackedCa()
})
afterAll(() => ca.dispose())

describe('a ticket that ends while somebody joins by it', () => {
  it.each(['worker-1', 'fleet-*'])(
    'revoked after the answer: %s gets no further',
    async (named) => {
      const isFleet = named.includes('*')
      const name = isFleet ? 'fleet-1' : named
      const ticket = await takeTicket(ca, named, isFleet ? { uses: 3 } : {})
      const { code, body } = await attemptJoin(ca, ticket, { node: name })
      expect(code).toBeUndefined()
      await ca.operator('POST', '/v1/ticket-revocations', { node: named })
      expect(await ticketState(ca, ticket.id)).toBe('revoked')
      expect((await attemptJoin(ca, ticket, { node: name })).code).toBe('ERR_TICKET_REVOKED')
      expect(body['certificate']).toBeDefined()
      expect(
        ca.rows(`SELECT * FROM identities WHERE state = 'current' AND node = '${name}'`),
      ).toEqual([])
    },
  )

  it('revoked after the answer: the certificate that came is not confirmed', async () => {
    const ticket = await takeTicket(ca, 'worker-2')
    const identity = await joinWith(ca, ticket)
    await ca.operator('POST', `/v1/tickets/${ticket.id}/revoke`, {})
    for (const [method, path] of [
      ['POST', '/v1/identity/confirm'],
      ['POST', '/v1/certificates'],
    ] as const) {
      const body = path.endsWith('confirm') ? {} : { profile: 'kubelet-client', csr: 'x' }
      const answer = await callAs(ca, identity, method, path, body)
      expect(['ERR_TICKET_REVOKED', 'ERR_IDENTITY_UNKNOWN']).toContain(answer.code)
    }
  })

  it('expired: whoever began may finish, and nobody begins', async () => {
    const [begun, late] = [
      await takeTicket(ca, 'worker-3', { ttl: '1m' }),
      await takeTicket(ca, 'worker-4', { ttl: '1m' }),
    ]
    const identity = await joinWith(ca, begun)
    ca.advance(minutes(2))
    expect((await attemptJoin(ca, late)).code).toBe('ERR_TICKET_EXPIRED')
    expect((await attemptJoin(ca, begun, {}, identity.key)).code).toBeUndefined()
    await expect(callAs(ca, identity, 'POST', '/v1/identity/confirm', {})).resolves.toMatchObject({
      status: 200,
    })
  })
})
