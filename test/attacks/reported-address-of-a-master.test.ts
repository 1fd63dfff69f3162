import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ReportAttack, startReportAttack } from './support/report-attack.ts'

let attack: ReportAttack
beforeAll(async () => {
  attack = await startReportAttack()
  await attack.report(attack.thief, ['10.0.0.11'])
})
afterAll(() => attack.ca.dispose())

describe('a worker that reports the address or the name of a master as its own', () => {
  it.each([
    ['10.0.0.21', null],
    ['10.0.0.11', 'api.example.com'],
    ['10.0.0.11', 'master-1'],
  ])('does not get %s with the host name %s', async (address, name) => {
    const { body } = await attack.report(attack.thief, ['10.0.0.11'], {
      machine: { name, addresses: [address] },
    })
    expect(body['change']).toBe(address === '10.0.0.11' ? 'none' : 'open')
    expect(await attack.hostsOf('worker-1')).toEqual(['10.0.0.11'])
    expect(await attack.servingNames(attack.thief)).toEqual(['worker-1', '10.0.0.11'])
  })

  it('does not get it by the hand of an operator either', async () => {
    const hosts = ['10.0.0.21']
    const set = await attack.ca.operator('POST', '/v1/nodes/worker-1/hosts', { hosts })
    expect(set.code).toBe('ERR_NAME_RESERVED')
  })
})
