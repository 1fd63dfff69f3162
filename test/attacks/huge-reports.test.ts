import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ReportAttack, startReportAttack } from './support/report-attack.ts'

let attack: ReportAttack
beforeAll(async () => {
  attack = await startReportAttack()
  await attack.report(attack.thief, ['10.0.0.11'])
})
afterAll(() => attack.ca.dispose())

const many = <Item>(count: number, itemOf: (index: number) => Item): Item[] =>
  Array.from({ length: count }, (_, index) => itemOf(index))

const HUGE = {
  addresses: { machine: { name: null, addresses: many(65, (index) => `10.1.0.${index}`) } },
  'a name': { machine: { name: 'a'.repeat(254), addresses: [] } },
  'a version': { easycerts: '1'.repeat(65) },
  certificates: {
    certificates: many(65, (index) => ({ name: `c${index}`, onDisk: null, loaded: null })),
  },
  bundles: { bundles: many(17, (index) => ({ name: `b${index}`, onDisk: null, loaded: null })) },
  failures: { failures: many(65, (index) => ({ name: `f${index}`, code: 'ERR_INTERNAL' })) },
  hints: { hints: many(2, () => 'rejoin-for-units') },
  'a clock': { clockOffset: 1e300 },
  'a trust version': { trust: { epoch: 1, version: Number.MAX_SAFE_INTEGER + 2 } },
  'all of it': { easycerts: 'x'.repeat(100_000) },
}

describe('a node whose report is huge', () => {
  it.each(Object.entries(HUGE))('is refused for too much of %s', async (_, more) => {
    const { status } = await attack.report(attack.thief, ['10.0.0.11'], more)
    expect([400, 413]).toContain(status)
  })

  it('takes at most some 30 KiB of the records', async () => {
    const { status } = await attack.report(attack.thief, ['10.0.0.11'], {
      machine: {
        name: null,
        addresses: many(
          64,
          (index) => `fd00:1234:5678:9abc:def0:1234:5678:${(index + 4096).toString(16)}`,
        ),
      },
      certificates: many(64, (index) => ({
        name: `${'c'.repeat(60)}${index}`,
        onDisk: { serialNumber: 'ab'.repeat(20), fingerprint: 'ab'.repeat(32) },
        loaded: null,
      })),
      failures: many(64, (index) => ({
        name: `${'f'.repeat(60)}${index}`,
        code: `ERR_${'X'.repeat(60)}`,
      })),
    })
    expect(status).toBe(200)
    const [row] = attack.ca.rows(
      "SELECT length(report) AS octets FROM node_reports WHERE node = 'worker-1'",
    )
    expect(Number(row?.['octets'])).toBeLessThan(32_768)
    const pending = attack.ca.rows('SELECT length(pending) AS octets FROM node_changes')
    expect(pending.every(({ octets }) => Number(octets ?? 0) < 32_768)).toBe(true)
  })
})
