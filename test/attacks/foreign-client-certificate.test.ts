import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { objectIdentifier, OID, sequence } from '@easycerts/shared/asn1'
import { generateSigningKey } from '@easycerts/shared/key'
import type { Extension } from '@easycerts/shared/x509'
import { type Forgery, forgeCertificate } from '../support/join/forge-certificate.ts'
import { askCertificate, connectAs, type Identity, joinNode } from '../support/joiner.ts'
import { type AttackedCa, startAttackedCa } from './support/attacked-ca.ts'

let ca: AttackedCa
let master: Identity
beforeAll(async () => {
  ca = await startAttackedCa()
  master = await joinNode(ca, 'master-1', { role: 'master', hosts: ['192.0.2.11'] })
})
afterAll(() => ca.dispose())

/** What any listener answers to whoever shows this: a status, or 'nothing' after a refused handshake. */
const answerTo = async (identity: Identity, path = '/v1/node'): Promise<number | 'nothing'> => {
  try {
    const connection = await connectAs(ca, identity)
    const { status } = await connection.send('GET', path).finally(() => connection.close())
    return status
  } catch {
    return 'nothing'
  }
}

const forgedBy = async (
  purpose: 'cluster' | 'etcd' | 'front-proxy' | 'enrolment',
  more: Partial<Forgery> = {},
): Promise<Identity> => {
  const issuer = ca.issuer(purpose)
  const { key, pem } = await forgeCertificate({
    commonName: 'master-1',
    organizations: ['easycerts:node'],
    issuer,
    purposes: ['clientAuth'],
    ...more,
  })
  return { key, certificate: pem }
}

const purposes = (...oids: readonly string[]): Extension => ({
  oid: OID.extKeyUsage,
  critical: false,
  value: sequence(...oids.map(objectIdentifier)),
})

const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9'
const ANY_PURPOSE = '2.5.29.37.0'

describe('a certificate that is no identity of a node, shown to the CA by its holder', () => {
  it('is told from an identity: that one is heard', async () => {
    await expect(answerTo(master)).resolves.toBe(200)
  })

  it.each(['kube-apiserver-kubelet-client', 'front-proxy-client', 'kube-apiserver-etcd-client'])(
    'is not heard: %s of a master, which the CA issued',
    async (profile) => {
      const key = await generateSigningKey('ecdsa-p256')
      const { status, body } = await askCertificate(ca, master, profile, key)
      expect(status).toBe(200)
      const shown = { key, certificate: String(body['certificate']) }
      await expect(answerTo(shown)).resolves.toBe('nothing')
    },
  )

  it.each(['cluster', 'etcd', 'front-proxy'] as const)(
    'is not heard: the name of a node by the %s CA, which kube-controller-manager may hold',
    async (purpose) => {
      await expect(answerTo(await forgedBy(purpose))).resolves.toBe('nothing')
    },
  )

  it.each<[string, Partial<Forgery>]>([
    ['one for servers, as ca-server’s own', { purposes: ['serverAuth'] }],
    ['a signer of OCSP answers', { purposes: [], extensions: [purposes(OCSP_SIGNING)] }],
  ])('is not heard: %s, of the enrolment CA', async (_title, more) => {
    await expect(answerTo(await forgedBy('enrolment', more))).resolves.toBe('nothing')
  })

  it.each<[string, Partial<Forgery>]>([
    ['a key that signs documents, without a purpose', { purposes: [] }],
    ['one for any purpose', { purposes: [], extensions: [purposes(ANY_PURPOSE)] }],
    ['a signer of CRLs', { purposes: [], keyUsages: ['cRLSign'] }],
    ['a CA below it', { isCa: true }],
    ['a node that nobody recorded', {}],
  ])('is unknown to the records: %s, of the enrolment CA', async (_title, more) => {
    const answer = await answerTo(await forgedBy('enrolment', more))
    expect(['nothing', 401]).toContain(answer)
  })

  it('is unknown to the records: the certificate of the enrolment CA itself', async () => {
    const { key, pem } = ca.issuer('enrolment')
    expect(['nothing', 401]).toContain(await answerTo({ key, certificate: pem }))
  })

  it('opens no route of the operator’s by the organisation that it names', async () => {
    const forged = await forgedBy('enrolment', {
      commonName: 'jane',
      organizations: ['easycerts:operator'],
    })
    for (const path of ['/v1/nodes', '/v1/certificates', '/v1/node'])
      expect([401, 403]).toContain(await answerTo(forged, path))
  })
})
