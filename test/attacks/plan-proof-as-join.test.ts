import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateSigningKey } from '@easycerts/shared/key'
import { signPlanStatement } from '@easycerts/shared/ticket'
import { buildCertificateRequest } from '@easycerts/shared/x509'
import { type CaServerProcess, startCaServer } from '../support/ca-server-process.ts'
import {
  type Connection,
  type HeldTicket,
  joinBody,
  joinWith,
  openConnection,
  takeTicket,
} from '../support/joiner.ts'
import { planBody, planExporterOf } from '../support/planner.ts'

let server: CaServerProcess
let ticket: HeldTicket
let connection: Connection
let csr: string
beforeAll(async () => {
  server = await startCaServer()
  ticket = await takeTicket(server, 'worker-1')
  connection = await openConnection(server.joinPort)
  csr = buildCertificateRequest(await generateSigningKey('ecdsa-p256'))
})
afterAll(async () => {
  connection.close()
  await server.dispose()
})

const asJoin = (signature: string, over = connection) =>
  over.send('POST', '/v1/join', { ticket: ticket.id, csr, signature })

describe('Whoever sees the proof of a plan uses it to join', () => {
  it('on the very connection of the plan: the proof is of another context', async () => {
    const body = planBody(ticket, connection)
    expect(await connection.send('POST', '/v1/join/plan', body)).toMatchObject({ status: 200 })
    expect((await asJoin(body.signature)).code).toBe('ERR_TICKET_SIGNATURE_INVALID')
  })

  it('made over the join’s own value of the connection: the context still differs', async () => {
    const { exporter } = connection
    const signature = signPlanStatement(ticket.seed, { ticketId: ticket.id, exporter })
    expect((await asJoin(signature.toString('base64url'))).code).toBe(
      'ERR_TICKET_SIGNATURE_INVALID',
    )
    const plan = { ticket: ticket.id, signature: signature.toString('base64url') }
    const answer = await connection.send('POST', '/v1/join/plan', plan)
    expect(answer.code).toBe('ERR_TICKET_SIGNATURE_INVALID')
  })

  it('on another connection, to see the plan itself: the proof is of one connection', async () => {
    const stolen = planBody(ticket, connection)
    const other = await openConnection(server.joinPort)
    const answer = await other.send('POST', '/v1/join/plan', stolen)
    expect(answer.code).toBe('ERR_TICKET_SIGNATURE_INVALID')
    expect(planExporterOf(other)).not.toEqual(planExporterOf(connection))
    expect((await asJoin(stolen.signature, other)).code).toBe('ERR_TICKET_SIGNATURE_INVALID')
    other.close()
  })

  it('the other way round: the proof of a join shows no plan', async () => {
    const { signature } = joinBody(ticket, csr, connection.exporter)
    const body = { ticket: ticket.id, signature }
    const answer = await connection.send('POST', '/v1/join/plan', body)
    expect(answer.code).toBe('ERR_TICKET_SIGNATURE_INVALID')
  })

  it('and the honest node still joins with its ticket', async () => {
    expect((await joinWith(server, ticket)).certificate).toContain('BEGIN CERTIFICATE')
  })
})
