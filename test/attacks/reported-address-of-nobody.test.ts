import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ReportAttack, startReportAttack } from './support/report-attack.ts'

let attack: ReportAttack
beforeAll(async () => {
  attack = await startReportAttack()
  await attack.report(attack.thief, ['10.0.0.11'])
})
afterAll(() => attack.ca.dispose())

/** Loopback, unspecified, link-local, multicast, broadcast, of pods, of services, behind NAT64. */
const UNFIT = [
  ...['127.0.0.1', '127.1.2.3', '0.0.0.0', '0.0.0.1', '169.254.169.254', '224.0.0.1'],
  ...['255.255.255.255', '10.244.1.1', '10.96.0.1', '10.96.0.10'],
  ...['::', '::1', 'fe80::1', 'ff02::1', '64:ff9b::a00:1', '2002:a00:1::'],
]

describe('a worker that reports addresses that are nobody’s or everybody’s', () => {
  it('gets none of them, not even as a question to the operator', async () => {
    attack.ca.advance(300_000)
    for (const address of UNFIT) {
      const { status } = await attack.report(attack.thief, ['10.0.0.11', address])
      expect(status, address).toBe(200)
      attack.ca.advance(80_000)
    }
    expect(await attack.changes()).toEqual([])
    expect(await attack.hostsOf('worker-1')).toEqual(['10.0.0.11'])
    expect(await attack.servingNames(attack.thief)).toEqual(['worker-1', '10.0.0.11'])
  })

  it('gets no name that a service of the cluster may have', async () => {
    for (const name of ['metrics.kube-system.svc', 'x.y.svc.cluster.local', 'localhost']) {
      attack.ca.advance(300_000)
      await attack.report(attack.thief, [], { machine: { name, addresses: ['10.0.0.11'] } })
    }
    expect(await attack.changes()).toEqual([])
  })
})
