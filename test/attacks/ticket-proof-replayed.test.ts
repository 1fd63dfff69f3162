import { generateSigningKey } from '@easycerts/shared/key'
import { buildCertificateRequest } from '@easycerts/shared/x509'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { joinBody, joinWith, openConnection, takeTicket } from '../support/joiner.ts'
import { type AttackedCa, startAttackedCa } from './support/attacked-ca.ts'
import { ticketState } from './support/ticket-attack.ts'

let ca: AttackedCa
beforeAll(async () => {
  ca = await startAttackedCa()
})
afterAll(() => ca.dispose())

const newCsr = async () => buildCertificateRequest(await generateSigningKey('ecdsa-p256'))

describe('a proof of a ticket that somebody took down and sends again', () => {
  it('is worth nothing on another connection', async () => {
    const ticket = await takeTicket(ca, 'worker-1')
    const [heard, own] = [await openConnection(ca.joinPort), await openConnection(ca.joinPort)]
    const body = joinBody(ticket, await newCsr(), heard.exporter)
    await expect(own.send('POST', '/v1/join', body)).resolves.toMatchObject({
      code: 'ERR_TICKET_SIGNATURE_INVALID',
    })
    heard.close()
    own.close()
    expect(await ticketState(ca, ticket.id)).toBe('open')
    await expect(joinWith(ca, ticket)).resolves.toBeDefined()
  })

  it('is worth nothing for another key or another ticket on the same connection', async () => {
    const [first, second] = [await takeTicket(ca, 'worker-2'), await takeTicket(ca, 'worker-3')]
    const connection = await openConnection(ca.joinPort)
    const body = joinBody(first, await newCsr(), connection.exporter)
    for (const change of [{ csr: await newCsr() }, { ticket: second.id }])
      await expect(
        connection.send('POST', '/v1/join', { ...body, ...change }),
      ).resolves.toMatchObject({ code: 'ERR_TICKET_SIGNATURE_INVALID' })
    connection.close()
    expect(await ticketState(ca, first.id)).toBe('open')
    expect(await ticketState(ca, second.id)).toBe('open')
  })
})
