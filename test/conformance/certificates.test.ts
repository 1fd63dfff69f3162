import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { KEY_ALGORITHMS, type KeyAlgorithm } from '@easycerts/shared/key'
import { ISSUER_PURPOSES, type IssuerPurpose } from '@easycerts/shared/profile'
import { buildCertificateRequest, certificatePem } from '@easycerts/shared/x509'
import {
  issueAll,
  type IssuedCertificates,
  ISSUER_END,
  judge,
} from '../support/conformance/issued-certificates.ts'
import {
  EXPECTED_CERTIFICATES,
  type ExpectedCertificate,
} from '../support/expected-certificates.ts'
import { readPrinted } from '../support/openssl-text.ts'
import { openssl } from '../support/openssl.ts'
import { NOW } from '../support/sample-cluster.ts'
import { createTestIssuer, issueFrom } from '../support/test-issuers.ts'

let issued: IssuedCertificates
beforeAll(async () => {
  issued = await issueAll()
})
afterAll(() => issued.dispose())

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
    ...['-CAfile', issued.caFile(issuer), ...files],
  ])
  return files.filter((file) => stdout.includes(`${file}: OK\n`))
}
const filesOf = (matches: (expected: ExpectedCertificate) => boolean): string[] =>
  issued.all.filter(({ expected }) => matches(expected)).map(({ file }) => file)

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
      writeFileSync(issued.caFile(algorithm), certificatePem(issuer.certificate))
      const files = KEY_ALGORITHMS.map((leaf) => {
        const request = buildCertificateRequest(issued.keys[leaf])
        const file = join(issued.folder, `kubelet-serving.${leaf}.by-${algorithm}.pem`)
        const { certificate } = issueFrom(issuer, { profile: 'kubelet-serving', request })
        writeFileSync(file, certificatePem(certificate))
        return file
      })
      const { exitCode } = openssl([
        ...['verify', '-x509_strict', '-purpose', 'sslserver', '-attime', seconds(NOW)],
        ...['-CAfile', issued.caFile(algorithm), ...files],
      ])
      expect(exitCode).toBe(0)
    },
  )
})

const OPENSSL_PURPOSES = {
  serverAuth: 'TLS Web Server Authentication',
  clientAuth: 'TLS Web Client Authentication',
  OCSPSigning: 'OCSP Signing',
  // RFC 9336, which OpenSSL 3.0 has no name for.
  documentSigning: expect.stringMatching(
    /^(1\.3\.6\.1\.5\.5\.7\.3\.36|.*Document Signing)$/,
  ) as string,
}
const IDENTIFIER = expect.stringMatching(/^([0-9A-F]{2}:){19}[0-9A-F]{2}$/) as string

/** The table's row as openssl is to print it. */
const printedOf = (expected: ExpectedCertificate, algorithm: KeyAlgorithm) => ({
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
      values: algorithm.startsWith('rsa')
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
    const certificates = issued.of(expected.profile)
    const printed = await Promise.all(
      certificates.map(({ file }) =>
        judge('openssl', [
          ...['x509', '-in', file, '-noout', '-text', '-certopt', 'no_pubkey,no_sigdump'],
        ]),
      ),
    )
    expect(printed.map(({ stdout }) => readPrinted(stdout))).toEqual(
      certificates.map(({ algorithm }) => printedOf(expected, algorithm)),
    )
  })
})

describe('openssl x509 -text of an issuer', () => {
  it.each(ISSUER_PURPOSES)('prints the %s issuer as a CA that signs leaves only', (purpose) => {
    const { stdout } = openssl([
      ...[
        'x509',
        '-in',
        issued.caFile(purpose),
        '-noout',
        '-text',
        '-certopt',
        'no_pubkey,no_sigdump',
      ],
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
