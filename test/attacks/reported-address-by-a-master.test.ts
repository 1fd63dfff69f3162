import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ReportAttack, startReportAttack } from './support/report-attack.ts'

let attack: ReportAttack
beforeAll(async () => {
  attack = await startReportAttack()
  await attack.report(attack.thief, ['10.0.0.11'])
})
afterAll(() => attack.ca.dispose())

describe('a master’s stolen identity', () => {
  it('changes nothing of the master’s names without the operator, under the widest policy', async () => {
    await attack.report(attack.master, ['10.0.0.21'])
    const { body } = await attack.report(attack.master, ['10.0.0.22'])
    expect(body['change']).toBe('open')
    expect(await attack.changes()).toMatchObject([
      { node: 'master-1', added: ['10.0.0.22'], why: 'it is a master' },
    ])
    expect(await attack.hostsOf('master-1')).toEqual(['10.0.0.21', 'api.example.com'])
  })

  it('does not take the address of a worker along', async () => {
    attack.ca.advance(300_000)
    await attack.report(attack.master, ['10.0.0.12'])
    expect(await attack.hostsOf('master-1')).toEqual(['10.0.0.21', 'api.example.com'])
    const [change] = await attack.changes()
    expect(change?.added ?? []).not.toContain('10.0.0.12')
  })
})
