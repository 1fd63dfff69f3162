import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildCertificateRequest } from '@easycerts/shared/x509'
import { askCertificate, callAs, joinNode } from '../support/joiner.ts'
import { type AttackedCa, startAttackedCa } from './support/attacked-ca.ts'
import { kindsInLog, newKey } from './support/identity-attack.ts'

let ca: AttackedCa
beforeAll(async () => {
  ca = await startAttackedCa()
})
afterAll(() => ca.dispose())

describe('a stolen node key that is used for system:masters', () => {
  it.each(['cluster-admin', 'admin', 'super-admin', 'kube-apiserver-kubelet-client', 'operator'])(
    'is refused profile %s, and the first attempt stands in the log',
    async (profile) => {
      const name = `worker-${profile}`
      const stolen = await joinNode(ca, name)
      expect(await askCertificate(ca, stolen, profile)).toMatchObject({ status: 403 })
    },
  )

  it('is refused to a master whose ticket did not say so, and is written down', async () => {
    const stolen = await joinNode(ca, 'master-1', { role: 'master' })
    expect(await askCertificate(ca, stolen, 'cluster-admin')).toMatchObject({
      status: 403,
      code: 'ERR_PROFILE_NOT_PERMITTED',
    })
    expect(kindsInLog(ca)).toContain('masters-refused')
  })

  it('opens none of the routes of an operator', async () => {
    const stolen = await joinNode(ca, 'worker-1')
    const csr = buildCertificateRequest(await newKey())
    const admin = { csr, user: 'jane', groups: ['system:masters'], ttl: '1h' }
    const ticket = { node: 'worker-9', role: 'master' }
    for (const answer of [
      await callAs(ca, stolen, 'POST', '/v1/admin-certificates', admin),
      await callAs(ca, stolen, 'POST', '/v1/tickets', ticket),
      await callAs(ca, stolen, 'POST', '/v1/nodes/worker-1/recover', {}),
      await callAs(ca, stolen, 'POST', '/v1/nodes/master-1/quarantine', { reason: 'x' }),
      await callAs(ca, stolen, 'GET', '/v1/nodes'),
    ])
      expect(answer).toMatchObject({ status: 403, code: 'ERR_REQUESTER_NOT_PERMITTED' })
  })
})
