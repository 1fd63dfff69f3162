import { X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseHost } from '@easycerts/shared/cluster'
import { ISSUER_PURPOSES } from '@easycerts/shared/profile'
import { type Certificate, certificatePem } from '@easycerts/shared/x509'
import { issueNodeCertificate } from '../../apps/ca-server/src/authority/index.ts'
import { openServingCertificate } from '../../apps/ca-server/src/serving/index.ts'
import { joinedNode, requesterOf } from '../support/in-process-nodes.ts'
import { openSslNames } from '../support/openssl-names.ts'
import { newRequest, openTestAuthority, type TestAuthority } from '../support/test-authority.ts'
import { codeOf } from '../support/to-throw-code.ts'

describe('the faults of easyCerts that concern names', () => {
  let ca: TestAuthority
  beforeAll(async () => {
    ca = await openTestAuthority()
  })
  afterAll(() => ca.dispose())

  const issued = async (identity: Certificate, profile: string): Promise<Certificate> => {
    const requester = await requesterOf(ca, identity)
    return issueNodeCertificate(ca.authority, requester, { profile, csr: await newRequest() })
  }

  it('P11: ca-server is known by its names and its addresses, each as what it is', async () => {
    const serving = await openServingCertificate(ca.authority)
    const pem = certificatePem(serving.current().certificate)
    const seen = new X509Certificate(pem)
    expect(seen.subjectAltName).toBe('IP Address:10.0.0.1, DNS:ca.demo.example')
    expect(seen.checkIP('10.0.0.1')).toBe('10.0.0.1')
    expect(seen.checkHost('ca.demo.example')).toBe('ca.demo.example')
    expect(seen.checkHost('10.0.0.1')).toBeUndefined()
  })

  it('P17: a kubelet is known by the addresses that the CA gave its node, and no others', async () => {
    const hosts = ['192.0.2.11', '2001:db8::11', 'worker-1.lab.example']
    const identity = await joinedNode(ca, 'worker-1', { hosts })
    const { names } = await issued(identity, 'kubelet-serving')
    expect(openSslNames(names)).toEqual([
      'DNS:worker-1',
      'IP Address:192.0.2.11',
      'IP Address:2001:DB8:0:0:0:0:0:11',
      'DNS:worker-1.lab.example',
    ])
  })

  it('P20: kube-apiserver has no name twice and none that is empty, whatever its ticket says', async () => {
    const hosts = ['10.0.0.1', '10.0.0.1', 'kubernetes', '127.0.0.1']
    const identity = await joinedNode(ca, 'master-1', { role: 'master', hosts })
    const names = openSslNames((await issued(identity, 'kube-apiserver')).names)
    expect(new Set(names).size).toBe(names.length)
    expect(names.filter((name) => /:$/.test(name))).toEqual([])
    expect(codeOf(() => parseHost(''))).toBe('ERR_NAME_INVALID')
  })

  it('P20: every CA has a common name that says of which cluster it is and for what', () => {
    const names = ISSUER_PURPOSES.map(
      (purpose) =>
        new X509Certificate(certificatePem(ca.authority.issuers[purpose].certificate)).subject,
    )
    expect(names).toEqual([
      'CN=demo kubernetes-ca g1',
      'CN=demo etcd-ca g1',
      'CN=demo front-proxy-ca g1',
      'CN=demo easycerts-enrolment-ca g1',
    ])
  })
})
