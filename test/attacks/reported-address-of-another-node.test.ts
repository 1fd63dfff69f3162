import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { randomBytes } from 'node:crypto'
import { Secret } from '@easycerts/shared/encoding'
import { ticketPublicKey } from '@easycerts/shared/ticket'
import { type ReportAttack, startReportAttack } from './support/report-attack.ts'

let attack: ReportAttack
beforeAll(async () => {
  attack = await startReportAttack()
  await attack.report(attack.thief, ['10.0.0.11'])
})
afterAll(() => attack.ca.dispose())

describe('a worker that reports the address of another worker as its own', () => {
  it('does not get it, under the widest policy, and the operator sees the attempt', async () => {
    const { body } = await attack.report(attack.thief, ['10.0.0.11', '10.0.0.12'])
    expect(body['change']).toBe('none')
    expect(await attack.hostsOf('worker-1')).toEqual(['10.0.0.11'])
    expect(await attack.servingNames(attack.thief)).toEqual(['worker-1', '10.0.0.11'])
    expect(await attack.logged('node-change-refused')).toMatchObject([
      { body: { node: 'worker-1', refused: [{ host: '10.0.0.12', rule: 'host-of-other-node' }] } },
    ])
  })

  it('gets nothing else by the same report without an operator', async () => {
    const { body } = await attack.report(attack.thief, ['10.0.0.12', '10.0.0.99'])
    expect(body['change']).toBe('open')
    expect(await attack.hostsOf('worker-1')).toEqual(['10.0.0.11'])
    const [change] = await attack.changes()
    expect(change).toMatchObject({
      node: 'worker-1',
      added: ['10.0.0.99'],
      refused: [{ host: '10.0.0.12', rule: 'host-of-other-node' }],
      why: 'other addresses were refused',
    })
    const approval = { hosts: ['10.0.0.12'] }
    const { code } = await attack.ca.operator('POST', '/v1/nodes/worker-1/approve', approval)
    expect(code).toBe('ERR_NODE_CHANGE_GONE')
  })

  it('does not get one that an open ticket promises to a node that has not joined', async () => {
    await attack.ca.operator('POST', '/v1/tickets', {
      ...{ node: 'worker-9', role: 'worker', hosts: ['10.0.0.19'], clusterAdmin: false },
      ...{
        ttl: '1h',
        replace: false,
        publicKey: ticketPublicKey(new Secret(randomBytes(32))).toString('base64url'),
      },
    })
    await attack.report(attack.thief, ['10.0.0.11', '10.0.0.19'])
    expect(await attack.hostsOf('worker-1')).toEqual(['10.0.0.11'])
  })
})
