import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { askCertificate, joinNode, takeTicket, tryJoin } from '../support/joiner.ts'
import { buildCertificateRequest } from '@easycerts/shared/x509'
import { type AttackedCa, startAttackedCa } from './support/attacked-ca.ts'
import { newKey, renewAndConfirm } from './support/identity-attack.ts'

let ca: AttackedCa
beforeAll(async () => {
  ca = await startAttackedCa()
})
afterAll(() => ca.dispose())

const OF_MASTERS = ['kube-apiserver', 'etcd-server', 'etcd-peer', 'kube-controller-manager']

describe('a stolen worker key that is used for the role of a master', () => {
  it.each(OF_MASTERS)('is refused profile %s, before and after it is renewed', async (profile) => {
    const stolen = await joinNode(ca, `worker-${profile}`)
    const renewed = await renewAndConfirm(ca, stolen)
    expect(await askCertificate(ca, renewed, profile)).toMatchObject({
      status: 403,
      code: 'ERR_PROFILE_NOT_PERMITTED',
    })
  })

  it('does not make a master of itself by saying so in a join', async () => {
    const ticket = await takeTicket(ca, 'worker-9')
    const csr = buildCertificateRequest(await newKey())
    expect(await tryJoin(ca, ticket, { csr, body: { role: 'master' } })).toMatchObject({
      status: 400,
      code: 'ERR_BODY_INVALID',
    })
  })
})
