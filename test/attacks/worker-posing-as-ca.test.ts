import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateSigningKey } from '@easycerts/shared/key'
import { parseCertificatePem } from '@easycerts/shared/x509'
import { type Forged, forgeServer } from '../support/join/forge-certificate.ts'
import { askCertificate, type Identity, joinNode } from '../support/joiner.ts'
import { type AttackedCa, startAttackedCa } from './support/attacked-ca.ts'
import { CLIENTS, judgementOf } from './support/shown-chain.ts'

let ca: AttackedCa
let worker: Identity
beforeAll(async () => {
  ca = await startAttackedCa()
  worker = await joinNode(ca, 'worker-1')
})
afterAll(() => ca.dispose())

/** What the worker was given for its kubelet, which any process with its disk can show. */
const kubeletServing = async (): Promise<Forged> => {
  const key = await generateSigningKey('ecdsa-p256')
  const { body } = await askCertificate(ca, worker, 'kubelet-serving', key)
  const pem = String(body['certificate'])
  return { key, pem, certificate: parseCertificatePem(pem) }
}

const identity = (): Forged => {
  const { key, certificate: pem } = worker
  return { key, pem, certificate: parseCertificatePem(pem) }
}

/** As a worker would have it at best: with the very name that the client dials. */
const serverOf = async (purpose: 'cluster' | 'etcd' | 'front-proxy'): Promise<Forged[]> => {
  const issuer = ca.issuer(purpose)
  return [await forgeServer(issuer), issuer]
}

const POSES: readonly (readonly [string, () => Promise<readonly Forged[]>])[] = [
  ['its kubelet’s certificate', async () => [await kubeletServing(), ca.issuer('cluster')]],
  [
    'its kubelet’s certificate, with the pinned CA above it',
    async () => [await kubeletServing(), ca.issuer('cluster'), ca.issuer('enrolment')],
  ],
  ['its identity', () => Promise.resolve([identity(), ca.issuer('enrolment')])],
  ['a server’s certificate of the cluster CA', () => serverOf('cluster')],
  ['a server’s certificate of the etcd CA', () => serverOf('etcd')],
  ['a server’s certificate of the front-proxy CA', () => serverOf('front-proxy')],
  [
    'a certificate with the CA’s name for clients alone',
    async () => {
      const enrolment = ca.issuer('enrolment')
      return [await forgeServer(enrolment, { purposes: ['clientAuth'] }), enrolment]
    },
  ],
  [
    'a certificate that its identity has signed',
    async () => [await forgeServer(identity()), identity(), ca.issuer('enrolment')],
  ],
]

describe('a worker that poses as the CA with what the CA gave it', () => {
  for (const client of CLIENTS)
    it.each(POSES)(`is refused by ${client}: %s`, async (_title, chain) => {
      const { code, heard } = await judgementOf(client, ca.issuer('enrolment'), {
        chain: await chain(),
      })
      expect(code).toMatch(/^ERR_(PIN_MISMATCH|CHAIN_INVALID)$/)
      expect(heard).toEqual([])
    })
})
