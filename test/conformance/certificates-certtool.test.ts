import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  issueAll,
  type IssuedCertificates,
  judge,
} from '../support/conformance/issued-certificates.ts'
import { EXPECTED_CERTIFICATES } from '../support/expected-certificates.ts'
import { describeWith } from '../support/needed-tool.ts'

// What GnuTLS has no name for, it prints so.
const ASIDE = /Unknown extension 2\.5\.29\.56|Unknown extension 1\.3\.6\.1\.5\.5\.7\.48\.1\.5/g

describeWith('certtool', 'certtool', () => {
  let issued: IssuedCertificates
  beforeAll(async () => {
    issued = await issueAll()
  })
  afterAll(() => issued.dispose())

  it.each(EXPECTED_CERTIFICATES)('--verify-chain accepts $profile', async ({ profile }) => {
    const outcomes = await Promise.all(
      issued
        .of(profile)
        .map(({ chainFile }) =>
          judge('certtool', [
            ...['--verify-chain', '--verify-profile', 'medium', '--infile', chainFile],
          ]),
        ),
    )
    expect(outcomes.map(({ exitCode }) => exitCode)).toEqual(outcomes.map(() => 0))
  })

  it.each(EXPECTED_CERTIFICATES)(
    '--certificate-info reads $profile without a complaint',
    async ({ profile }) => {
      const outcomes = await Promise.all(
        issued
          .of(profile)
          .map(({ file }) => judge('certtool', ['--certificate-info', '--infile', file])),
      )
      const complaints = outcomes.map(({ exitCode, stdout, stderr }) => [
        exitCode,
        stderr,
        /warning|error|unknown|broken|insecure/i.exec(stdout.replaceAll(ASIDE, ''))?.[0],
      ])
      expect(complaints).toEqual(outcomes.map(() => [0, '', undefined]))
    },
  )

  const OIDS = { serverAuth: '1.3.6.1.5.5.7.3.1', clientAuth: '1.3.6.1.5.5.7.3.2' }
  const isFitFor = async (profile: string, purpose: keyof typeof OIDS, host?: string) => {
    const [certificate] = issued.of(profile)
    const { exitCode } = await judge('certtool', [
      ...['--verify', '--load-ca-certificate', issued.caFile(certificate!.issuer.purpose)],
      ...['--verify-profile', 'medium', '--verify-purpose', OIDS[purpose]],
      ...(host === undefined ? [] : ['--verify-hostname', host]),
      ...['--infile', certificate!.chainFile],
    ])
    return exitCode === 0
  }

  it('tells clients from servers, and knows the hosts of a server', async () => {
    expect([
      await isFitFor('kubelet-client', 'clientAuth'),
      await isFitFor('kubelet-client', 'serverAuth'),
      await isFitFor('kube-apiserver', 'clientAuth'),
      await isFitFor('kube-apiserver', 'serverAuth', 'kubernetes.default.svc.cluster.local'),
      await isFitFor('kube-apiserver', 'serverAuth', '10.96.0.1'),
      await isFitFor('kube-apiserver', 'serverAuth', '2001:db8::11'),
      await isFitFor('kube-apiserver', 'serverAuth', 'worker-1'),
      await isFitFor('etcd-peer', 'clientAuth'),
      await isFitFor('etcd-peer', 'serverAuth', 'localhost'),
    ]).toEqual([true, false, false, true, true, true, false, true, true])
  })
})
