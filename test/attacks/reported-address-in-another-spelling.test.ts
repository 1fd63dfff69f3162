import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ReportAttack, startReportAttack } from './support/report-attack.ts'

let attack: ReportAttack
beforeAll(async () => {
  attack = await startReportAttack()
  await attack.report(attack.thief, ['10.0.0.11'])
})
afterAll(() => attack.ca.dispose())

/** Other spellings of 10.0.0.1, which is kube-apiserver's, and of what a comparison might miss. */
const SPELLINGS = [
  ...['::ffff:10.0.0.1', '::ffff:a00:1', '::FFFF:10.0.0.1', '0:0:0:0:0:ffff:10.0.0.1'],
  ...['::10.0.0.1', '10.0.0.01', '010.0.0.1', '0x0a.0.0.1', '10.1', '167772161', '10.0.0.1.'],
  ...['fd00:0:0:0:0:0:0:1', 'FD00::1', 'fd00::1%eth0', '[fd00::1]', ' 10.0.0.1', '10.0.0.1/32'],
]

describe('a worker that reports an address in another spelling', () => {
  it('is refused, whatever the spelling, and none of it is kept', async () => {
    for (const address of SPELLINGS) {
      const { status, code } = await attack.report(attack.thief, ['10.0.0.11', address])
      const isRefused =
        status === 400 && (code === 'ERR_BODY_INVALID' || code === 'ERR_NAME_INVALID')
      expect(isRefused, `${address}: ${status} ${code ?? ''}`).toBe(true)
    }
    expect(await attack.hostsOf('worker-1')).toEqual(['10.0.0.11'])
    expect(await attack.changes()).toEqual([])
    const { body } = await attack.ca.operator('GET', '/v1/nodes/worker-1')
    expect(body['report']).toMatchObject({ machine: { addresses: ['10.0.0.11'] } })
  })
})
