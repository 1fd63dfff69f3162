import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ReportAttack, startReportAttack } from './support/report-attack.ts'

let attack: ReportAttack
beforeAll(async () => {
  attack = await startReportAttack()
  await attack.report(attack.thief, ['10.0.0.11'])
})
afterAll(() => attack.ca.dispose())

/** The CA's own, kube-apiserver's, and the names of its service. */
const RESERVED = [
  ...['10.0.0.5', '10.0.0.1'],
  ...['ca.demo.example', 'kubernetes', 'kubernetes.default'],
]

describe('a worker that reports a name or an address of the CA or of kube-apiserver', () => {
  it.each(RESERVED)('does not get %s', async (host) => {
    const isAddress = /^\d/.test(host)
    const machine = isAddress
      ? { name: null, addresses: ['10.0.0.11', host] }
      : { name: host, addresses: ['10.0.0.11'] }
    await attack.report(attack.thief, [], { machine })
    expect(await attack.hostsOf('worker-1')).toEqual(['10.0.0.11'])
    expect(await attack.changes()).toEqual([])
    attack.ca.advance(60_000)
  })

  it('finds none of them in a certificate', async () => {
    expect(await attack.servingNames(attack.thief)).toEqual(['worker-1', '10.0.0.11'])
  })
})
