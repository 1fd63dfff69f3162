import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectAs, joinNode } from '../support/joiner.ts'
import { sampleReport } from '../support/sample-report.ts'
import { type ReportAttack, startReportAttack } from './support/report-attack.ts'

let attack: ReportAttack
beforeAll(async () => {
  attack = await startReportAttack()
  await attack.report(attack.thief, ['10.0.0.11'])
})
afterAll(() => attack.ca.dispose())

const FLOOD = process.env['SOAK'] === 'full' ? 5_000 : 300

describe('a node that floods the CA with reports', () => {
  it('makes five writes in five minutes, no entry of the log, and others are served', async () => {
    const entries = await sizeOfLog()
    const connection = await connectAs(attack.ca, attack.thief)
    const statuses = new Map<number, number>()
    for (let turn = 0; turn < FLOOD; turn++) {
      const report = sampleReport(['10.0.0.11'], {
        failures: [{ name: `f${turn}`, code: 'ERR_INTERNAL' }],
      })
      const { status } = await connection.send('POST', '/v1/node/report', report)
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }
    connection.close()
    expect(statuses.get(200)).toBeLessThanOrEqual(5)
    expect(statuses.get(429)).toBeGreaterThanOrEqual(FLOOD - 5)
    expect(await sizeOfLog()).toBe(entries)
    const { status } = await attack.report(attack.victim, ['10.0.0.12'])
    expect(status).toBe(200)
    await joinNode(attack.ca, 'worker-3')
  })

  it('is heard again after five minutes', async () => {
    attack.ca.advance(300_000)
    const { status } = await attack.report(attack.thief, ['10.0.0.11'])
    expect(status).toBe(200)
  })
})

const sizeOfLog = async (): Promise<unknown> =>
  (await attack.ca.operator('GET', '/v1/status')).body['logEntries']
