import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ReportAttack, startReportAttack } from './support/report-attack.ts'

let attack: ReportAttack
beforeAll(async () => {
  attack = await startReportAttack()
  await attack.report(attack.thief, ['10.0.0.11'])
})
afterAll(() => attack.ca.dispose())

const FIELDS: readonly Readonly<Record<string, unknown>>[] = [
  { role: 'master' },
  { node: 'master-1' },
  { name: 'master-1' },
  { clusterAdmin: true },
  { hosts: [{ kind: 'ip', value: '10.0.0.21' }] },
  { state: 'joined' },
  { profiles: ['kube-apiserver'] },
  { machine: { name: null, addresses: ['10.0.0.11'], role: 'master' } },
  { format: 2 },
  { certificates: [{ name: 'kubelet-client', onDisk: null, loaded: null, role: 'master' }] },
  { constructor: { role: 'master' } },
]

describe('a worker that would change its role or its name by a report', () => {
  it('is refused for every field that says what a node is', async () => {
    for (const field of FIELDS) {
      const { code } = await attack.report(attack.thief, ['10.0.0.11'], field)
      expect(code, JSON.stringify(field)).toBe('ERR_BODY_INVALID')
    }
    const { body } = await attack.ca.operator('GET', '/v1/nodes/worker-1')
    expect(body).toMatchObject({ name: 'worker-1', role: 'worker', clusterAdmin: false })
  })

  it('speaks for itself alone: the report of another node is untouched', async () => {
    await attack.report(attack.victim, ['10.0.0.12'])
    await attack.report(attack.thief, ['10.0.0.11'], { easycerts: '9.9.9' })
    const { body } = await attack.ca.operator('GET', '/v1/nodes/worker-2')
    expect(body['report']).toMatchObject({ easycerts: '0.1.0' })
  })
})
