import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ReportAttack, startReportAttack } from './support/report-attack.ts'

let attack: ReportAttack
beforeAll(async () => {
  attack = await startReportAttack()
  await attack.report(attack.thief, ['10.0.0.11'])
})
afterAll(() => attack.ca.dispose())

const HOURS = 6

describe('a machine whose address comes and goes', () => {
  it('changes the record once an hour at most, and fills neither log nor list', async () => {
    for (let minute = 0; minute < HOURS * 60; minute += 10) {
      await attack.report(attack.thief, [minute % 20 === 0 ? '10.0.0.98' : '10.0.0.11'])
      expect((await attack.changes()).length).toBeLessThanOrEqual(1)
      attack.ca.advance(600_000)
    }
    expect((await attack.logged('node-hosts-changed')).length).toBeLessThanOrEqual(HOURS)
    expect((await attack.logged('node-change-asked')).length).toBeLessThanOrEqual(HOURS)
  })

  it('never has another address each time, however many it goes through', async () => {
    for (let turn = 0; turn < 30; turn++) {
      await attack.report(attack.victim, [`10.3.0.${turn}`])
      attack.ca.advance(120_000)
    }
    const hosts = await attack.hostsOf('worker-2')
    expect(hosts.length).toBeLessThanOrEqual(4)
    expect(hosts).toContain('db.example.com')
  })
})
