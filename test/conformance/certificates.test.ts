import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ExportableKey, generateSigningKey } from '@easycerts/shared/key'
import { ISSUER_PURPOSES, type IssuerPurpose } from '@easycerts/shared/profile'
import { days } from '@easycerts/shared/time'
import { buildCertificateRequest, certificatePem } from '@easycerts/shared/x509'
import type { Issuer } from '../../apps/ca-server/src/authority/issuers.ts'
import {
  EXPECTED_CERTIFICATES,
  type ExpectedCertificate,
} from '../support/expected-certificates.ts'
import { readPrinted } from '../support/openssl-text.ts'
import { openssl } from '../support/openssl.ts'
import { NOW } from '../support/sample-cluster.ts'
import { createTestIssuer, issueFrom } from '../support/test-issuers.ts'
import { describeWith } from '../support/needed-tool.ts'

const LEAF_ALGORITHMS = ['ecdsa-p256', 'ecdsa-p384', 'ed25519', 'rsa-2048'] as const
type LeafAlgorithm = (typeof LEAF_ALGORITHMS)[number]

// certtool judges by the clock of the machine, so what it sees lives as long as this issuer.
const ISSUER_END = new Date('2090-01-01T00:00:00Z')
const LONG_LIFE = days(36_500)
const LIFE = days(30)

const folder = mkdtempSync(join(tmpdir(), 'easycerts-conformance-'))
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

const keys = {} as Record<LeafAlgorithm, ExportableKey>
const issuers = {} as Record<IssuerPurpose, Issuer>
beforeAll(async () => {
  for (const algorithm of LEAF_ALGORITHMS) keys[algorithm] = await generateSigningKey(algorithm)
  for (const purpose of ISSUER_PURPOSES) {
    issuers[purpose] = await createTestIssuer(purpose, { notAfter: ISSUER_END })
    writeFileSync(caFile(purpose), certificatePem(issuers[purpose].certificate))
  }
  for (const expected of EXPECTED_CERTIFICATES)
    for (const algorithm of LEAF_ALGORITHMS) writeCertificates(expected, algorithm)
})

const caFile = (purpose: string) => join(folder, `ca-${purpose}.pem`)
const leafFile = ({ profile }: ExpectedCertificate, algorithm: string) =>
  join(folder, `${profile}.${algorithm}.pem`)
const chainFile = ({ profile }: ExpectedCertificate, algorithm: string) =>
  join(folder, `${profile}.${algorithm}.chain.pem`)

const writeCertificates = (expected: ExpectedCertificate, algorithm: LeafAlgorithm): void => {
  const issuer = issuers[expected.issuer]
  const request = buildCertificateRequest(keys[algorithm])
  const issue = (life: typeof LIFE) =>
    certificatePem(issueFrom(issuer, { profile: expected.profile, request, life }).certificate)
  writeFileSync(leafFile(expected, algorithm), issue(LIFE))
  const chain = issue(LONG_LIFE) + certificatePem(issuer.certificate)
  writeFileSync(chainFile(expected, algorithm), chain)
}

const run = (program: string, args: readonly string[]) =>
  new Promise<{ exitCode: number; stdout: string }>((resolve) => {
    execFile(program, args, { encoding: 'utf8' }, (error, stdout) =>
      resolve({ exitCode: error ? Number(error.code) : 0, stdout }),
    )
  })

const seconds = (date: Date, offset = 0) => String(date.getTime() / 1000 + offset)

/** The files that openssl accepts for a purpose at an instant, of all that one issuer signed. */
const accepted = (
  purpose: 'sslclient' | 'sslserver',
  issuer: IssuerPurpose,
  files: readonly string[],
  instant = seconds(NOW),
): string[] => {
  const { stdout } = openssl([
    ...['verify', '-x509_strict', '-purpose', purpose, '-attime', instant],
    ...['-CAfile', caFile(issuer), ...files],
  ])
  return files.filter((file) => stdout.includes(`${file}: OK\n`))
}
const filesOf = (matches: (expected: ExpectedCertificate) => boolean): string[] =>
  EXPECTED_CERTIFICATES.filter(matches).flatMap((expected) =>
    LEAF_ALGORITHMS.map((algorithm) => leafFile(expected, algorithm)),
  )

describe('openssl verify -x509_strict', () => {
  describe.each(ISSUER_PURPOSES)('of what the %s issuer signed', (issuer) => {
    it.each([
      ['sslclient', 'clientAuth'],
      ['sslserver', 'serverAuth'],
    ] as const)('accepts as %s those for %s and no other', (purpose, usage) => {
      const all = filesOf((expected) => expected.issuer === issuer)
      const meant = filesOf(
        (expected) => expected.issuer === issuer && expected.purposes.includes(usage),
      )
      expect(accepted(purpose, issuer, all)).toEqual(meant)
    })

    it('accepts nothing of it under another issuer', () => {
      const all = filesOf((expected) => expected.issuer === issuer)
      const others = ISSUER_PURPOSES.filter((each) => each !== issuer)
      expect(others.flatMap((other) => accepted('sslclient', other, all))).toEqual([])
    })
  })

  // RFC 5280 counts the second of notAfter in; openssl takes it for the first one beyond.
  it('counts the first second of a life and the last but one, and none beyond', () => {
    const [file = ''] = filesOf(({ profile }) => profile === 'kubelet-client')
    const isAccepted = (offset: number) =>
      accepted('sslclient', 'cluster', [file], seconds(NOW, offset)).length === 1
    expect([-301, -300, 0, 2_591_998, 2_592_000].map(isAccepted)).toEqual([
      false,
      true,
      true,
      true,
      false,
    ])
  })

  it.each(['ecdsa-p384', 'ed25519', 'rsa-2048'] as const)(
    'accepts what an issuer of %s signed',
    async (algorithm) => {
      const issuer = await createTestIssuer('cluster', { algorithm, notAfter: ISSUER_END })
      writeFileSync(caFile(algorithm), certificatePem(issuer.certificate))
      const files = LEAF_ALGORITHMS.map((leaf) => {
        const request = buildCertificateRequest(keys[leaf])
        const file = join(folder, `kubelet-serving.${leaf}.by-${algorithm}.pem`)
        const { certificate } = issueFrom(issuer, { profile: 'kubelet-serving', request })
        writeFileSync(file, certificatePem(certificate))
        return file
      })
      const { exitCode } = openssl([
        ...['verify', '-x509_strict', '-purpose', 'sslserver', '-attime', seconds(NOW)],
        ...['-CAfile', caFile(algorithm), ...files],
      ])
      expect(exitCode).toBe(0)
    },
  )
})

const OPENSSL_PURPOSES = {
  serverAuth: 'TLS Web Server Authentication',
  clientAuth: 'TLS Web Client Authentication',
}
const IDENTIFIER = expect.stringMatching(/^([0-9A-F]{2}:){19}[0-9A-F]{2}$/) as string

/** The table's row as openssl is to print it. */
const printedOf = (expected: ExpectedCertificate, algorithm: LeafAlgorithm) => ({
  version: '3 (0x2)',
  signatureAlgorithm: 'ecdsa-with-SHA256',
  issuer: `CN = lab ${expected.issuer} g1`,
  subject: [
    ...expected.organizations.map((organization) => `O = ${organization}`),
    `CN = ${expected.commonName}`,
  ].join(', '),
  notBefore: new Date('2026-03-01T11:55:00Z'),
  notAfter: new Date('2026-03-31T11:59:59Z'),
  extensions: {
    'X509v3 Key Usage': {
      critical: true,
      values:
        algorithm === 'rsa-2048'
          ? ['Digital Signature', 'Key Encipherment']
          : ['Digital Signature'],
    },
    'X509v3 Extended Key Usage': {
      critical: false,
      values: expected.purposes.map((purpose) => OPENSSL_PURPOSES[purpose]),
    },
    'X509v3 Basic Constraints': { critical: true, values: ['CA:FALSE'] },
    'X509v3 Subject Key Identifier': { critical: false, values: [IDENTIFIER] },
    'X509v3 Authority Key Identifier': { critical: false, values: [IDENTIFIER] },
    ...(expected.names.length === 0
      ? {}
      : { 'X509v3 Subject Alternative Name': { critical: false, values: expected.names } }),
  },
})

describe('openssl x509 -text', () => {
  it.each(EXPECTED_CERTIFICATES)('prints $profile as the table has it', async (expected) => {
    const printed = await Promise.all(
      LEAF_ALGORITHMS.map((algorithm) =>
        run('openssl', [
          ...['x509', '-in', leafFile(expected, algorithm), '-noout', '-text'],
          ...['-certopt', 'no_pubkey,no_sigdump'],
        ]),
      ),
    )
    expect(printed.map(({ stdout }) => readPrinted(stdout))).toEqual(
      LEAF_ALGORITHMS.map((algorithm) => printedOf(expected, algorithm)),
    )
  })
})

describeWith('certtool', 'certtool', () => {
  it.each(EXPECTED_CERTIFICATES)('--verify-chain accepts $profile', async (expected) => {
    const outcomes = await Promise.all(
      LEAF_ALGORITHMS.map((algorithm) =>
        run('certtool', [
          ...['--verify-chain', '--verify-profile', 'medium'],
          ...['--infile', chainFile(expected, algorithm)],
        ]),
      ),
    )
    expect(outcomes.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0])
  })

  const OIDS = { serverAuth: '1.3.6.1.5.5.7.3.1', clientAuth: '1.3.6.1.5.5.7.3.2' }
  const isFitFor = async (profile: string, purpose: keyof typeof OIDS, host?: string) => {
    const expected = EXPECTED_CERTIFICATES.find((each) => each.profile === profile)!
    const { exitCode } = await run('certtool', [
      ...['--verify', '--load-ca-certificate', caFile(expected.issuer)],
      ...['--verify-profile', 'medium', '--verify-purpose', OIDS[purpose]],
      ...(host === undefined ? [] : ['--verify-hostname', host]),
      ...['--infile', chainFile(expected, 'ecdsa-p256')],
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

describe('openssl x509 -text of an issuer', () => {
  it.each(ISSUER_PURPOSES)('prints the %s issuer as a CA that signs leaves only', (purpose) => {
    const { stdout } = openssl([
      ...['x509', '-in', caFile(purpose), '-noout', '-text', '-certopt', 'no_pubkey,no_sigdump'],
    ])
    expect(readPrinted(stdout)).toMatchObject({
      issuer: `CN = lab ${purpose} g1`,
      subject: `CN = lab ${purpose} g1`,
      notAfter: ISSUER_END,
      extensions: {
        'X509v3 Basic Constraints': { critical: true, values: ['CA:TRUE', 'pathlen:0'] },
        'X509v3 Key Usage': { critical: true, values: ['Certificate Sign', 'CRL Sign'] },
        'X509v3 Subject Key Identifier': { critical: false, values: [IDENTIFIER] },
      },
    })
  })
})
