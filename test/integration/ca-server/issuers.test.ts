import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseSigningKey } from '@easycerts/shared/key'
import { ISSUER_PURPOSES } from '@easycerts/shared/profile'
import { certificatePem } from '@easycerts/shared/x509'
import type { Issuers } from '../../../apps/ca-server/src/authority/index.ts'
import { openServingCertificate } from '../../../apps/ca-server/src/serving/index.ts'
import { makeFolder } from '../../support/ca-server-process.ts'
import { openssl } from '../../support/openssl.ts'
import { openTestAuthority, type TestAuthority } from '../../support/test-authority.ts'

// The larger RSA keys differ in a number, and take many seconds to make.
const ALGORITHMS = {
  'ecdsa-p256': { key: 'NIST CURVE: P-256', signature: 'ecdsa-with-SHA256' },
  'ecdsa-p384': { key: 'NIST CURVE: P-384', signature: 'ecdsa-with-SHA384' },
  'rsa-2048': { key: 'Public-Key: (2048 bit)', signature: 'sha256WithRSAEncryption' },
  ed25519: { key: 'ED25519 Public-Key', signature: 'ED25519' },
} as const

describe.each(Object.keys(ALGORITHMS) as (keyof typeof ALGORITHMS)[])(
  'issuers with keys of %s',
  (keyAlgorithm) => {
    let ca: TestAuthority
    let folder: string
    beforeAll(async () => {
      folder = makeFolder()
      ca = await openTestAuthority({ keyAlgorithm })
      for (const purpose of ISSUER_PURPOSES)
        writeFileSync(pemOf(purpose), certificatePem(ca.authority.issuers[purpose].certificate))
    })
    afterAll(async () => {
      await ca.dispose()
      rmSync(folder, { recursive: true })
    })
    const pemOf = (purpose: keyof Issuers): string => join(folder, `${purpose}.pem`)
    const at = (): string => String(Math.floor(ca.clock.read().getTime() / 1000))

    it.each(ISSUER_PURPOSES)('are CAs to OpenSSL’s strict eyes: %s', (purpose) => {
      const file = pemOf(purpose)
      const verified = openssl([
        ...['verify', '-x509_strict', '-check_ss_sig', '-attime', at(), '-CAfile', file, file],
      ])
      expect(verified).toMatchObject({ exitCode: 0, stdout: `${file}: OK\n` })
      const { stdout } = openssl(['x509', '-in', file, '-noout', '-text', '-purpose'])
      expect(stdout).toContain('SSL client CA : Yes')
      expect(stdout).toContain(`Signature Algorithm: ${ALGORITHMS[keyAlgorithm].signature}`)
      expect(stdout).toContain(ALGORITHMS[keyAlgorithm].key)
    })

    it('hold their own keys', () => {
      const keys = join(ca.directory, 'keys')
      for (const purpose of ISSUER_PURPOSES) {
        const { publicKey } = parseSigningKey(readFileSync(join(keys, `${purpose}-g1.pem`), 'utf8'))
        expect(publicKey.pin).toBe(ca.authority.issuers[purpose].certificate.pin)
      }
      const others = ['log-g1.pem', 'protection.json', 'trust-g1.pem']
      const names = [...ISSUER_PURPOSES.map((purpose) => `${purpose}-g1.pem`), ...others]
      expect(readdirSync(keys).toSorted()).toEqual(names.toSorted())
    })

    it('have names, serial numbers and keys of their own', () => {
      const certificates = ISSUER_PURPOSES.map(
        (purpose) => ca.authority.issuers[purpose].certificate,
      )
      for (const unique of ['pin', 'serialNumber'] as const)
        expect(new Set(certificates.map((each) => each[unique])).size).toBe(4)
      expect(new Set(certificates.map(({ subjectDer }) => subjectDer.toString('hex'))).size).toBe(4)
      for (const { basicConstraints, keyUsage, validity } of certificates) {
        expect(basicConstraints).toEqual({ isCa: true, pathLength: 0 })
        expect(keyUsage).toEqual(['keyCertSign', 'cRLSign'])
        expect(validity.notBefore).toEqual(new Date('2029-12-31T23:55:00Z'))
        expect(validity.notAfter).toEqual(new Date('2039-12-29T23:59:59Z'))
      }
    })

    it('sign what OpenSSL accepts', async () => {
      const serving = await openServingCertificate(ca.authority)
      const leaf = join(folder, 'leaf.pem')
      writeFileSync(leaf, certificatePem(serving.current().certificate))
      const verified = openssl([
        ...['verify', '-x509_strict', '-purpose', 'sslserver', '-verify_ip', '10.0.0.1'],
        ...['-attime', at(), '-CAfile', pemOf('enrolment'), leaf],
      ])
      expect(verified).toMatchObject({ exitCode: 0, stdout: `${leaf}: OK\n` })
      const elsewhere = openssl(['verify', '-attime', at(), '-CAfile', pemOf('cluster'), leaf])
      expect(elsewhere.exitCode).not.toBe(0)
    })
  },
)
