import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sampleReport } from '../support/sample-report.ts'
import { type ReportAttack, startReportAttack } from './support/report-attack.ts'

let attack: ReportAttack
beforeAll(async () => {
  attack = await startReportAttack()
  await attack.report(attack.thief, ['10.0.0.11'])
})
afterAll(() => attack.ca.dispose())

const HOSTILE = [
  '\u001b]0;owned\u0007',
  '\u001b[2J10.0.0.11',
  'w1\r\napproved by root',
  'w1\u0000',
  'w1\u202e1w',
  '\u009b31m',
  'w1 && rm -rf /',
  '$(reboot)',
  '<script>',
  'ẃ1',
]

const withText = (text: string): Record<string, unknown>[] => [
  { machine: { name: text, addresses: ['10.0.0.11'] } },
  { machine: { name: null, addresses: ['10.0.0.11', text] } },
  { easycerts: text },
  { kubernetes: text },
  { failures: [{ name: text, code: 'ERR_INTERNAL' }] },
  { failures: [{ name: 'ca', code: text }] },
  { failures: [{ name: 'ca', code: `ERR_${text}` }] },
  { certificates: [{ name: text, onDisk: null, loaded: null }] },
  {
    certificates: [{ name: 'c', onDisk: { serialNumber: text, fingerprint: text }, loaded: null }],
  },
  { bundles: [{ name: 'b', onDisk: { sha256: text }, loaded: null }] },
  { hints: [text] },
]

describe('a node whose report holds what a terminal, a shell or a browser would obey', () => {
  it('is refused for it in every field, and the answer does not repeat it', async () => {
    for (const text of HOSTILE)
      for (const more of withText(text)) {
        const answer = await attack.report(attack.thief, ['10.0.0.11'], more)
        expect(answer.code, JSON.stringify(more)).toBe('ERR_BODY_INVALID')
        expect(JSON.stringify(answer.body)).not.toContain(JSON.stringify(text).slice(1, -1))
      }
  })

  it('leaves the last honest report on record, and shows that one to the operator', async () => {
    const [row] = attack.ca.rows("SELECT report FROM node_reports WHERE node = 'worker-1'")
    expect(JSON.parse(String(row?.['report']))).toEqual(sampleReport(['10.0.0.11']))
    const { body } = await attack.ca.operator('GET', '/v1/nodes/worker-1')
    expect(body['report']).toMatchObject(sampleReport(['10.0.0.11']))
  })
})
