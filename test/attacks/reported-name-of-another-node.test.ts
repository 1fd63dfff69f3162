import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ReportAttack, startReportAttack } from './support/report-attack.ts'

let attack: ReportAttack
beforeAll(async () => {
  attack = await startReportAttack()
  await attack.report(attack.thief, ['10.0.0.11'])
})
afterAll(() => attack.ca.dispose())

describe('a worker whose machine calls itself as another node', () => {
  it.each(['worker-2', 'db.example.com', 'master-1'])('does not get the name %s', async (name) => {
    attack.ca.advance(300_000)
    const { body } = await attack.report(attack.thief, [], {
      machine: { name, addresses: ['10.0.0.11'] },
    })
    expect(body['change']).toBe('none')
    expect(await attack.changes()).toEqual([])
    expect(await attack.servingNames(attack.thief)).toEqual(['worker-1', '10.0.0.11'])
  })

  it('does not get a name that is nobody’s without an operator, under the widest policy', async () => {
    attack.ca.advance(300_000)
    const { body } = await attack.report(attack.thief, [], {
      machine: { name: 'vault.example.com', addresses: ['10.0.0.11'] },
    })
    expect(body['change']).toBe('open')
    expect(await attack.changes()).toMatchObject([
      { node: 'worker-1', added: ['vault.example.com'], why: 'a name changes' },
    ])
    expect(await attack.servingNames(attack.thief)).toEqual(['worker-1', '10.0.0.11'])
  })
})
