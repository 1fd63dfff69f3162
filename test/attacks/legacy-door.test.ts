import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  buildNamedRequest,
  encodeExtension,
  encodeSubject,
  parseCertificatePem,
} from '@easycerts/shared/x509'
import { generateSigningKey } from '@easycerts/shared/key'
import { sequence, TRUE } from '@easycerts/shared/asn1'
import { openLabDesk } from '../support/cfssl/lab-desk.ts'
import { askDesk, authsignBodyOf, certificateIn, csrOf } from '../support/cfssl/legacy-wish.ts'

describe('somebody at the door of the cfssl API, with and without the key of all nodes', () => {
  let lab: Awaited<ReturnType<typeof openLabDesk>>

  beforeAll(async () => {
    const row = { profiles: ['default', 'server', 'copyext'], networks: ['127.0.0.0/8'] }
    lab = await openLabDesk({ keys: { main: [row] } })
  })
  afterAll(() => lab.dispose())

  const ask = async (request: object, address?: string) =>
    askDesk(lab.desk, 'authsign', authsignBodyOf({ profile: 'server', ...request }), address)

  it('finds nothing open without a key but what everybody may know', async () => {
    const csr = await csrOf('www.example.net')
    const body = JSON.stringify({ certificate_request: csr, profile: 'open' })
    for (const endpoint of ['sign', 'newkey', 'newcert', 'init_ca'])
      expect([endpoint, (await askDesk(lab.desk, endpoint, body)).status]).toEqual([endpoint, 404])
    expect((await askDesk(lab.desk, 'info', '{}')).status).toBe(200)
    expect((await askDesk(lab.desk, 'health', '')).status).toBe(200)
    const forged = authsignBodyOf({ certificate_request: csr, profile: 'server' }, Buffer.of(0))
    expect((await askDesk(lab.desk, 'authsign', forged)).body).toContain('"invalid token"')
  })

  it.each([
    ['worker-1', []],
    ['system:node:worker-1', ['system:nodes']],
    ['system:kube-proxy', []],
    ['flannel-client', []],
  ])('gets a worker’s %s of %j, named as easyCerts names it', async (commonName, organizations) => {
    const csr = await csrOf(commonName, organizations)
    const answer = await ask({ certificate_request: csr, hosts: [commonName, 'worker-1'] })
    expect(certificateIn(answer)).toContain('BEGIN CERTIFICATE')
  })

  it.each([
    ['cluster-admin', ['system:masters']],
    ['worker-1', ['system:masters']],
    ['worker-1', ['kubeadm:cluster-admins']],
    ['worker-1', ['easycerts:cluster-admins']],
    ['system:kube-controller-manager', []],
    ['system:kube-scheduler', []],
    ['system:apiserver', []],
    ['front-proxy-client', []],
    ['kubernetes', []],
    ['worker-1', ['easycerts:node']],
    ['easycerts:operator', []],
  ])('does not become %s of %j', async (commonName, organizations) => {
    const csr = await csrOf(commonName, organizations)
    const answer = await ask({ certificate_request: csr })
    expect(answer.body).toContain('"not authorised"')
  })

  it('does not become a master by a subject beside the request', async () => {
    const answer = await ask({
      certificate_request: await csrOf('worker-1'),
      subject: { CN: 'worker-1', names: [{ O: 'system:masters' }] },
    })
    expect(answer.body).toContain('"not authorised"')
  })

  it.each([
    'kubernetes',
    'Kubernetes.',
    '*.default.svc',
    '192.0.2.1',
    'ca.demo.example',
    '10.96.0.1',
  ])('is not certified for %s, which is kube-apiserver or the CA', async (name) => {
    const csr = await csrOf('worker-1')
    const answer = await ask({ certificate_request: csr, hosts: ['worker-1', name] })
    expect(answer.body).toContain('"not authorised"')
  })

  it('gets no name of another kind, nor one that ends early', async () => {
    const csr = await csrOf('worker-1')
    for (const name of ['spiffe://cluster/ns/x', 'easycerts://lab/node/a', 'a@b.example', 'a\0b'])
      expect((await ask({ certificate_request: csr, hosts: [name] })).status).toBe(400)
  })

  it('makes no CA, by whatever part of a request', async () => {
    const key = await generateSigningKey('ecdsa-p256')
    const subject = encodeSubject({ commonName: 'worker-1', organizations: [] })
    const constraints = { oid: '2.5.29.19', critical: true, value: sequence(TRUE) }
    const usage = { oid: '2.5.29.15', critical: true, value: Buffer.from('03020106', 'hex') }
    const asCa = buildNamedRequest(key, subject, [encodeExtension(constraints)])
    expect((await ask({ certificate_request: asCa })).status).toBe(400)
    const withUsage = buildNamedRequest(key, subject, [encodeExtension(usage)])
    const answer = await ask({ certificate_request: withUsage })
    const { keyUsage } = parseCertificatePem(certificateIn(answer) ?? '')
    expect(keyUsage).not.toContain('keyCertSign')
  })

  it('gets nothing for a key that the CA has, or from a network that is not the nodes’', async () => {
    const own = buildNamedRequest(
      lab.authority.issuers.cluster.key,
      encodeSubject({ commonName: 'worker-1', organizations: [] }),
      [],
    )
    expect((await ask({ certificate_request: own })).body).toContain('"not authorised"')
    const csr = await csrOf('worker-1')
    expect((await ask({ certificate_request: csr }, '192.0.2.77')).body).toContain(
      '"not authorised"',
    )
    expect((await ask({ certificate_request: csr, profile: 'client' })).body).toContain(
      '"not authorised"',
    )
  })

  it('replays a captured request, and gains what was public', async () => {
    const body = authsignBodyOf({
      certificate_request: await csrOf('worker-1'),
      profile: 'server',
    })
    const first = await askDesk(lab.desk, 'authsign', body)
    expect((await askDesk(lab.desk, 'authsign', body)).body).toBe(first.body)
  })
})
