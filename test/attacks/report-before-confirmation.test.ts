import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callAs, joinWith, openConnection, takeTicket } from '../support/joiner.ts'
import { sampleReport } from '../support/sample-report.ts'
import { type ReportAttack, startReportAttack } from './support/report-attack.ts'

let attack: ReportAttack
beforeAll(async () => {
  attack = await startReportAttack()
  await attack.report(attack.thief, ['10.0.0.11'])
})
afterAll(() => attack.ca.dispose())

describe('a thief who holds a second ticket for a node and has not confirmed its identity', () => {
  it('reports nothing for the node', async () => {
    const ticket = await takeTicket(attack.ca, 'worker-1', { replace: true })
    const thief = await joinWith(attack.ca, ticket)
    const body = sampleReport(['10.0.0.77'])
    const { code } = await callAs(attack.ca, thief, 'POST', '/v1/node/report', body)
    expect(code).toBe('ERR_IDENTITY_UNKNOWN')
    expect(await attack.changes()).toEqual([])
  })
})

describe('somebody without an identity', () => {
  it('finds no such route where no client certificate is asked for', async () => {
    const connection = await openConnection(attack.ca.joinPort)
    const { code } = await connection.send('POST', '/v1/node/report', sampleReport(['10.0.0.77']))
    connection.close()
    expect(code).toBe('ERR_ROUTE_UNKNOWN')
  })
})
