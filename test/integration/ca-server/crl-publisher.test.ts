import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseCrl } from '@easycerts/shared/revocation'
import { days, hours, minutes } from '@easycerts/shared/time'
import { isSignedBy, parseCertificateRequest } from '@easycerts/shared/x509'
import {
  CrlPublisher,
  issueCertificate,
  OcspResponder,
  type PublishedCrl,
  revokeCertificates,
} from '../../../apps/ca-server/src/authority/index.ts'
import { newRequest, openTestAuthority, type TestAuthority } from '../../support/test-authority.ts'
import { codeOfAsync } from '../../support/to-throw-code.ts'

const LIFE = hours(24)

let test: TestAuthority
let delivered: PublishedCrl[]
let crls: CrlPublisher
beforeEach(async () => {
  test = await openTestAuthority()
  delivered = []
  crls = await openCrls()
})
afterEach(() => test.dispose())

const openCrls = (deliver = (crl: PublishedCrl) => Promise.resolve(void delivered.push(crl))) =>
  CrlPublisher.open(test.authority, { life: LIFE, deliver })

/** Serial number of a certificate for an operator, under the cluster issuer. */
const issueOne = async (): Promise<string> => {
  const { serialNumber } = await issueCertificate(test.authority, {
    request: parseCertificateRequest(await newRequest()),
    profile: 'admin',
    requester: { kind: 'operator', name: 'root' },
    facts: { request: { user: 'jane', groups: ['developers'] } },
  })
  return serialNumber
}

const revoke = (serialNumber: string, publisher = crls) =>
  revokeCertificates(
    test.authority,
    { crls: publisher, ocsp: new OcspResponder(test.authority), disconnect: () => undefined },
    {
      target: { kind: 'serial', serialNumber, issuer: undefined },
      reason: 'superseded',
      actor: 'operator root',
    },
  )

const clusterCrl = (publisher = crls) => {
  const current = publisher.current('cluster-g1')
  if (!current) throw new Error('the cluster issuer has no CRL')
  return { ...current, parsed: parseCrl(current.der) }
}

const listed = (publisher = crls) =>
  clusterCrl(publisher).parsed.revoked.map(({ serialNumber }) => serialNumber)

describe('the CRLs of a CA', () => {
  it('are there for every issuer, empty and signed, once they have been due', async () => {
    expect(crls.dueAt() <= test.clock.read()).toBe(true)
    await crls.publishDue()
    expect(delivered.map(({ issuerId }) => issuerId).sort()).toEqual([
      'cluster-g1',
      'enrolment-g1',
      'etcd-g1',
      'front-proxy-g1',
    ])
    const { parsed } = clusterCrl()
    expect(parsed.revoked).toEqual([])
    expect(isSignedBy(parsed, test.authority.issuers.cluster.certificate)).toBe(true)
    expect(parsed.nextUpdate.getTime() - parsed.thisUpdate.getTime()).toBe(LIFE)
  })

  it('are made anew when half of their life is over, and not before', async () => {
    await crls.publishDue()
    const { number } = clusterCrl()
    test.clock.advance(LIFE / 2 - 1)
    await crls.publishDue()
    expect(clusterCrl().number).toBe(number)
    test.clock.advance(minutes(1))
    await crls.publishDue()
    expect(clusterCrl().number).toBeGreaterThan(number)
  })

  it('tell of a revocation at once', async () => {
    const serialNumber = await issueOne()
    const { publications } = await revoke(serialNumber)
    expect(publications).toMatchObject([{ issuerId: 'cluster-g1', failure: undefined }])
    expect(clusterCrl().parsed.revoked).toMatchObject([{ serialNumber, reason: 'superseded' }])
  })

  it('are not made anew for a revocation that they tell of already', async () => {
    const serialNumber = await issueOne()
    const first = await revoke(serialNumber)
    const second = await revoke(serialNumber)
    expect(second.revoked).toMatchObject([
      { wasRevoked: true, revokedAt: first.revoked[0]?.revokedAt, reason: 'superseded' },
    ])
    expect(second.publications[0]?.crl?.number).toBe(first.publications[0]?.crl?.number)
  })

  it('never have a number that goes back, over starts, nor one below the Unix time', async () => {
    const numbers: number[] = []
    for (let start = 0; start < 4; start++) {
      await test.reopen()
      crls = await openCrls()
      await revoke(await issueOne())
      await revoke(await issueOne())
      numbers.push(clusterCrl().number)
    }
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b))
    expect(numbers[0]).toBeGreaterThanOrEqual(test.clock.read().getTime() / 1000)
  })

  it('are served after a start as they were before it, octet by octet', async () => {
    await revoke(await issueOne())
    const { der } = clusterCrl()
    await test.reopen()
    const reopened = await openCrls()
    expect(clusterCrl(reopened).der).toEqual(der)
    await revoke(await issueOne(), reopened)
    expect(listed(reopened)).toHaveLength(2)
  })

  it('drop an expired certificate after one regular CRL has listed it past its end', async () => {
    // It lives for 8 hours.
    const serialNumber = await issueOne()
    await revoke(serialNumber)
    test.clock.advance(hours(9))
    // Made for a revocation, so it is not a regular one.
    await revoke(await issueOne())
    expect(listed()).toContain(serialNumber)
    test.clock.advance(hours(13))
    await crls.publishDue()
    expect(listed()).toContain(serialNumber)
    test.clock.advance(hours(13))
    await crls.publishDue()
    expect(listed()).not.toContain(serialNumber)
  })

  it('make up for a crash between a revocation and its CRL', async () => {
    const serialNumber = await issueOne()
    await crls.publishDue()
    await test.authority.store.transact(async (writing) => {
      await writing.addRevocation({
        issuerId: 'cluster-g1',
        serialNumber: serialNumber as never,
        reason: 'unspecified',
        revokedAt: test.clock.read().toISOString(),
        notAfter: new Date(test.clock.read().getTime() + days(1)).toISOString(),
      })
      await writing.appendLog({
        at: test.clock.read().toISOString(),
        kind: 'certificate-revoked',
        actor: 'operator root',
        origin: null,
        body: {},
      })
    })
    await test.reopen()
    const reopened = await openCrls()
    expect(reopened.dueAt() <= test.clock.read()).toBe(true)
    await reopened.publishDue()
    expect(listed(reopened)).toEqual([serialNumber])
  })

  it('are tried again when they could not be delivered', async () => {
    let isBroken = true
    crls = await openCrls((crl) => {
      if (isBroken) return Promise.reject(new Error('the disk is full'))
      return Promise.resolve(void delivered.push(crl))
    })
    const serialNumber = await issueOne()
    const { publications, revoked } = await revoke(serialNumber)
    expect(revoked).toHaveLength(1)
    expect(publications[0]?.failure).toBe('the disk is full')
    expect(crls.dueAt() <= test.clock.read()).toBe(true)
    isBroken = false
    await crls.publishDue()
    const last = delivered.find(({ issuerId }) => issuerId === 'cluster-g1')
    expect(last && parseCrl(last.der).revoked).toMatchObject([{ serialNumber }])
    expect(crls.dueAt() > test.clock.read()).toBe(true)
  })

  it('are not dated by a clock that is not believed; the revocation stands all the same', async () => {
    const serialNumber = await issueOne()
    await crls.publishDue()
    const { number } = clusterCrl()
    test.clock.jump(hours(24 * 400))
    const { revoked, publications } = await revoke(serialNumber)
    expect(revoked).toMatchObject([{ wasRevoked: false }])
    expect(publications[0]?.failure).toContain('clock')
    expect(clusterCrl().number).toBe(number)
    test.clock.jump(hours(-24 * 400))
    await crls.publishDue()
    expect(listed()).toEqual([serialNumber])
  })

  it('are each made once for revocations that come together', async () => {
    await crls.publishDue()
    const serials = await Promise.all(Array.from({ length: 8 }, issueOne))
    const outcomes = await Promise.all(serials.map((serial) => revoke(serial)))
    expect(listed().sort()).toEqual([...serials].sort())
    for (const { publications } of outcomes)
      expect(publications[0]?.crl?.lastRevocation).toBeGreaterThanOrEqual(1)
  })

  it('cannot take the place of one with a greater number', async () => {
    await crls.publishDue()
    const { der, ...row } = clusterCrl()
    const put = test.authority.store.transact(async (writing) => {
      await writing.putCrl(row, der)
    })
    expect(await codeOfAsync(put)).toBe('ERR_STORE_CORRUPT')
  })
})

describe('a revocation', () => {
  it('of a certificate that was never issued is refused, and of none that is hex', async () => {
    expect(await codeOfAsync(revoke('0123456789'))).toBe('ERR_CERTIFICATE_UNKNOWN')
    expect(await codeOfAsync(revoke('no hex'))).toBe('ERR_USAGE')
  })

  it('takes a serial number as openssl prints it', async () => {
    const serialNumber = await issueOne()
    const printed = `00${serialNumber.toUpperCase()}`.replace(/(..)(?=.)/g, '$1:')
    expect((await revoke(printed)).revoked[0]?.certificate.serialNumber).toBe(serialNumber)
  })

  it('stands in the log, with who, what and why', async () => {
    const serialNumber = await issueOne()
    await revoke(serialNumber)
    const entries = await test.authority.store.read((reading) => reading.listLog(10))
    expect(entries).toContainEqual(
      expect.objectContaining({
        kind: 'certificate-revoked',
        actor: 'operator root',
        body: expect.objectContaining({ serialNumber, reason: 'superseded' }) as unknown,
      }),
    )
  })
})
