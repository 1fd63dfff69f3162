import { decodePem, sha256Hex } from '@easycerts/shared/encoding'
import { generateSigningKey } from '@easycerts/shared/key'
import { buildCertificateRequest } from '@easycerts/shared/x509'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { takeTicket, tryJoin } from '../support/joiner.ts'
import { type AttackedCa, startAttackedCa } from './support/attacked-ca.ts'
import { attemptJoin, entriesOf, ticketState } from './support/ticket-attack.ts'

let ca: AttackedCa
beforeAll(async () => {
  ca = await startAttackedCa()
})
afterAll(() => ca.dispose())

describe('a thief of a ticket that was bound in advance', () => {
  it('gets nothing with another key, and the operator hears of it; the node joins', async () => {
    const key = await generateSigningKey('ecdsa-p256')
    const ticket = await takeTicket(ca, 'worker-1', { keyPin: key.publicKey.pin })
    expect(await attemptJoin(ca, ticket)).toMatchObject({
      status: 401,
      code: 'ERR_TICKET_KEY_REFUSED',
    })
    expect(await ticketState(ca, ticket.id)).toBe('open')
    expect(entriesOf(ca, 'ticket-contested')).toHaveLength(1)
    expect((await attemptJoin(ca, ticket, {}, key)).code).toBeUndefined()
  })

  it('gets nothing with another request, be it for the same key', async () => {
    const key = await generateSigningKey('ecdsa-p256')
    const csr = buildCertificateRequest(key)
    const requestSha256 = sha256Hex(decodePem('CERTIFICATE REQUEST', csr))
    const ticket = await takeTicket(ca, 'worker-2', { requestSha256 })
    expect((await attemptJoin(ca, ticket)).code).toBe('ERR_TICKET_KEY_REFUSED')
    // An ECDSA signature is another one each time.
    expect((await attemptJoin(ca, ticket, {}, key)).code).toBe('ERR_TICKET_KEY_REFUSED')
    expect((await tryJoin(ca, ticket, { csr })).code).toBeUndefined()
  })
})
