import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ReportAttack, startReportAttack } from './support/report-attack.ts'

let attack: ReportAttack
beforeAll(async () => {
  attack = await startReportAttack({ addressChanges: 'ask', allowedNetworks: [] })
  await attack.report(attack.thief, ['10.0.0.11'])
})
afterAll(() => attack.ca.dispose())

const approve = (body: object) => attack.ca.operator('POST', '/v1/nodes/worker-1/approve', body)

describe('a node that swaps its wish between the operator’s look and the approval', () => {
  it('does not get what the operator never saw', async () => {
    await attack.report(attack.thief, ['10.0.0.11', '10.0.0.50'])
    const [seen] = await attack.changes()
    expect(seen?.added).toEqual(['10.0.0.50'])
    await attack.report(attack.thief, ['10.0.0.11', '10.0.0.66'])

    expect((await approve({ change: seen?.id })).code).toBe('ERR_NODE_CHANGE_GONE')
    expect((await approve({ hosts: ['10.0.0.50'] })).code).toBe('ERR_NODE_CHANGE_GONE')
    expect(await attack.hostsOf('worker-1')).toEqual(['10.0.0.11'])
  })

  it('is never approved without saying what', async () => {
    expect((await approve({})).code).toBe('ERR_USAGE')
    expect(await attack.hostsOf('worker-1')).toEqual(['10.0.0.11'])
  })

  it('does not get what became another’s since the operator saw it', async () => {
    const [seen] = await attack.changes()
    const { added } = seen ?? { added: [] }
    await attack.ca.operator('POST', '/v1/nodes/worker-2/hosts', { hosts: added })
    expect((await approve({ change: seen?.id })).code).toBe('ERR_NAME_RESERVED')
    expect(await attack.hostsOf('worker-1')).toEqual(['10.0.0.11'])
  })
})
