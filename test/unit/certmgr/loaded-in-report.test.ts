import type { CertificateSpec } from '@easycerts/shared/certificate-spec'
import { nodeReportSchema } from '@easycerts/shared/node-report'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { buildNodeReport } from '../../../apps/certmgr/src/node-report/index.ts'
import type { ProofRecord } from '../../../apps/certmgr/src/plan/index.ts'
import { forgeCa } from '../../support/join/forge-certificate.ts'

const { certificate } = await forgeCa('ca')
const { serialNumber } = certificate

const reportWith = (use: 'server' | 'client' | undefined, record?: ProofRecord) => {
  const spec: CertificateSpec = {
    kind: 'Certificate',
    ...{ name: 'a', profile: 'a', group: 'a', actions: {} },
    certificate: { path: '/a.crt', owner: 'root', group: 'root', mode: '0644' },
    key: {
      ...{ path: '/a.key', owner: 'root', group: 'root', mode: '0600' },
      ...{ algorithm: 'ecdsa-p256', rotation: 'renew' },
    },
    ...(use ? { proof: { address: '127.0.0.1:1', use, within: '2m' } } : {}),
  }
  const report = buildNodeReport({
    version: '0.1.0',
    trust: undefined,
    machine: { name: null, addresses: [] },
    findings: [{ spec, state: 'present', certificate }],
    bundles: [],
    clockOffset: undefined,
    attempts: new Map(),
    proofs: record ? { a: record } : {},
    isRejoinNeeded: false,
  })
  return v.parse(nodeReportSchema, report)
}

describe('what a report to the CA says of the use of a certificate', () => {
  const proven = { serialNumber, state: 'proven' } as const
  const alarm = { serialNumber, state: 'alarm', reason: 'old', servedSerialNumber: '01ab' } as const

  it.each([
    ['the one that was seen served', 'server', proven, { serialNumber }],
    ['the old one that is still served', 'server', alarm, { serialNumber: '01ab' }],
    ['nothing before it was seen', 'server', { serialNumber, state: 'waiting' }, null],
    ['nothing of a client, which was accepted alone', 'client', proven, null],
    ['nothing without a record', 'server', undefined, null],
    ['nothing without a proof', undefined, undefined, null],
  ] as const)('names %s', (_, use, record, loaded) => {
    expect(reportWith(use, record).certificates[0]?.loaded).toEqual(loaded)
  })

  it('names an alarm among the failures, by its code', () => {
    expect(reportWith('server', alarm).failures).toEqual([{ name: 'a', code: 'ERR_NOT_IN_USE' }])
    expect(reportWith('server', proven).failures).toEqual([])
  })
})
