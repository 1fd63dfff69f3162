import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseCertificatePem } from '@easycerts/shared/x509'
import { buildCertificateRequest } from '@easycerts/shared/x509'
import { askCertificate, callAs, joinNode } from '../support/joiner.ts'
import { type AttackedCa, startAttackedCa } from './support/attacked-ca.ts'
import { newKey } from './support/identity-attack.ts'

let ca: AttackedCa
beforeAll(async () => {
  ca = await startAttackedCa()
})
afterAll(() => ca.dispose())

describe('a stolen node key that is used for the names of another node', () => {
  it('gets certificates of its own node alone: nothing on the wire names another', async () => {
    const stolen = await joinNode(ca, 'worker-1')
    await joinNode(ca, 'worker-2', { hosts: ['10.0.0.12'] })
    const { body } = await askCertificate(ca, stolen, 'kubelet-serving')
    const { subject, names } = parseCertificatePem(String(body['certificate']))
    expect(subject.find(({ type }) => type === 'commonName')?.value).toBe('system:node:worker-1')
    expect(JSON.stringify(names)).not.toContain('worker-2')
    expect(JSON.stringify(names)).not.toContain('10.0.0.12')
    for (const more of [{ node: 'worker-2' }, { hosts: ['10.0.0.12'] }, { subject: 'CN=x' }]) {
      const csr = buildCertificateRequest(await newKey())
      const asked = { profile: 'kubelet-serving', csr, ...more }
      expect(await callAs(ca, stolen, 'POST', '/v1/certificates', asked)).toMatchObject({
        status: 400,
        code: 'ERR_BODY_INVALID',
      })
    }
  })

  it('gets nothing for a key that another node holds', async () => {
    const stolen = await joinNode(ca, 'worker-3')
    const victim = await joinNode(ca, 'worker-4')
    expect(await askCertificate(ca, stolen, 'kubelet-client', victim.key)).toMatchObject({
      status: 400,
      code: 'ERR_CSR_KEY_REJECTED',
    })
  })
})
