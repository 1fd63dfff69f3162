import { hours } from '@easycerts/shared/time'
import type { Certificate } from '@easycerts/shared/x509'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  actorAt,
  describeCertificates,
  issueForOperator,
} from '../../../apps/ca-server/src/authority/index.ts'
import { OPERATOR } from '../../support/requesters.ts'
import { newRequest, openTestAuthority, type TestAuthority } from '../../support/test-authority.ts'

let ca: TestAuthority
beforeEach(async () => {
  ca = await openTestAuthority()
})
afterEach(() => ca.dispose())

const issue = async (): Promise<Certificate> =>
  issueForOperator(ca.authority, OPERATOR, {
    profile: 'admin',
    csr: await newRequest(),
    user: 'jane',
    groups: ['developers'],
    life: hours(2),
  })

const describeOne = async ({ serialNumber }: Certificate, issuer?: string) =>
  (await describeCertificates(ca.authority, serialNumber, issuer))[0]

describe('what is known of a certificate', () => {
  it('is that it is good, until it has expired, and after that too', async () => {
    const certificate = await issue()
    expect(await describeOne(certificate)).toMatchObject({
      standing: 'issued',
      row: { profile: 'admin', requester: 'operator root', der: certificate.der },
      revocation: undefined,
      // Nobody renews what a person exported.
      renewal: undefined,
    })
    expect(await describeOne(certificate, 'etcd-g1')).toBeUndefined()
    ca.clock.advance(hours(3))
    expect(await describeOne(certificate)).toMatchObject({ standing: 'expired' })
    await ca.authority.store.transact(async (writing) => {
      const now = ca.clock.read().toISOString()
      expect(await writing.archiveEnded('certificates', now, 10)).toBe(1)
      await writing.appendLog(actorAt(ca.authority, 'certificates-archived', 'ca-server', {}))
    })
    expect(await describeOne(certificate)).toMatchObject({ standing: 'expired' })
  })

  it('is that it was revoked, and why', async () => {
    const certificate = await issue()
    const [issuerId, revokedAt] = ['cluster-g1', ca.clock.read().toISOString()]
    await ca.authority.store.transact(async (writing) => {
      const { serialNumber, validity } = certificate
      const notAfter = validity.notAfter.toISOString()
      const dates = { revokedAt, notAfter }
      await writing.addRevocation({ issuerId, serialNumber, reason: 'superseded', ...dates })
      await writing.appendLog(actorAt(ca.authority, 'certificate-revoked', 'operator root', {}))
    })
    expect(await describeOne(certificate)).toMatchObject({
      standing: 'revoked',
      revocation: { reason: 'superseded', revokedAt },
    })
  })
})

describe('a search for a fingerprint', () => {
  const search = (fingerprint: string, before?: number) =>
    ca.authority.store.read((reading) => reading.searchFingerprint(fingerprint, before))

  it('finds the certificate, and ends where there are no more', async () => {
    const { fingerprint, serialNumber } = await issue()
    await issue()
    expect(await search(fingerprint)).toEqual({
      found: expect.objectContaining({ issuerId: 'cluster-g1', serialNumber }) as unknown,
      next: null,
    })
    expect(await search('ab'.repeat(32))).toEqual({ found: undefined, next: null })
  })
})
