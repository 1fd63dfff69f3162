import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type ExportableKey,
  generateSigningKey,
  KEY_ALGORITHMS,
  type KeyAlgorithm,
} from '@easycerts/shared/key'
import { ISSUER_PURPOSES, type IssuerPurpose } from '@easycerts/shared/profile'
import { days, type Duration } from '@easycerts/shared/time'
import { buildCertificateRequest, certificatePem } from '@easycerts/shared/x509'
import type { Issuer } from '../../../apps/ca-server/src/authority/issuers.ts'
import { EXPECTED_CERTIFICATES, type ExpectedCertificate } from '../expected-certificates.ts'
import { createTestIssuer, type Issued, issueFrom } from '../test-issuers.ts'

/** Long after the judges that go by the clock of the machine. */
export const ISSUER_END = new Date('2090-01-01T00:00:00Z')
const LONG_LIFE = days(36_500)
const LIFE = days(30)

/** One certificate of a profile and an algorithm, twice: of 30 days, and for as long as its issuer lives. */
export interface IssuedCertificate extends Issued {
  readonly expected: ExpectedCertificate
  readonly algorithm: KeyAlgorithm
  readonly issuer: Issuer
  /** PEM of the short one, and of the long one with its issuer. */
  readonly file: string
  readonly chainFile: string
}

export interface IssuedCertificates {
  readonly folder: string
  readonly issuers: Readonly<Record<IssuerPurpose, Issuer>>
  readonly keys: Readonly<Record<KeyAlgorithm, ExportableKey>>
  readonly all: readonly IssuedCertificate[]
  readonly caFile: (purpose: string) => string
  /** All algorithms of one profile. */
  readonly of: (profile: string) => readonly IssuedCertificate[]
  readonly dispose: () => void
}

/** Every profile of the table with a key of every algorithm, in files for programs to judge. */
export const issueAll = async (): Promise<IssuedCertificates> => {
  const folder = mkdtempSync(join(tmpdir(), 'easycerts-conformance-'))
  const caFile = (purpose: string) => join(folder, `ca-${purpose}.pem`)
  const keys = {} as Record<KeyAlgorithm, ExportableKey>
  for (const algorithm of KEY_ALGORITHMS) keys[algorithm] = await generateSigningKey(algorithm)
  const issuers = {} as Record<IssuerPurpose, Issuer>
  for (const purpose of ISSUER_PURPOSES) {
    issuers[purpose] = await createTestIssuer(purpose, { notAfter: ISSUER_END })
    writeFileSync(caFile(purpose), certificatePem(issuers[purpose].certificate))
  }
  const all = EXPECTED_CERTIFICATES.flatMap((expected) =>
    KEY_ALGORITHMS.map((algorithm): IssuedCertificate => {
      const issuer = issuers[expected.issuer]
      const request = buildCertificateRequest(keys[algorithm])
      const issue = (life: Duration) =>
        issueFrom(issuer, { profile: expected.profile, request, life })
      const [file, chainFile] = ['pem', 'chain.pem'].map((end) =>
        join(folder, `${expected.profile}.${algorithm}.${end}`),
      ) as [string, string]
      const issued = issue(LIFE)
      writeFileSync(file, certificatePem(issued.certificate))
      writeFileSync(
        chainFile,
        [issue(LONG_LIFE).certificate, issuer.certificate].map(certificatePem).join(''),
      )
      return { ...issued, expected, algorithm, issuer, file, chainFile }
    }),
  )
  return {
    ...{ folder, issuers, keys, all, caFile },
    of: (profile) => all.filter(({ expected }) => expected.profile === profile),
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  }
}

export interface Judgement {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** One run of a program that judges what it is given. */
export const judge = (program: string, args: readonly string[]): Promise<Judgement> =>
  new Promise((resolve) => {
    execFile(program, args, { encoding: 'utf8' }, (error, stdout, stderr) =>
      resolve({ exitCode: error ? Number(error.code) : 0, stdout, stderr }),
    )
  })
