import { beforeAll, describe, expect, it } from 'vitest'
import { contextConstructed, DerReader, enterWhole, sequence, TAG } from '@easycerts/shared/asn1'
import {
  buildCrl,
  CrlEntries,
  type ListedCertificate,
  parseCrl,
  REVOCATION_REASON_NAMES,
} from '@easycerts/shared/revocation'
import { addDuration, days, hours, seconds } from '@easycerts/shared/time'
import { encodeExtension, isSignedBy, type SerialNumber } from '@easycerts/shared/x509'
import type { Issuer } from '../../../../apps/ca-server/src/authority/issuers.ts'
import { NOW } from '../../../support/sample-cluster.ts'
import { createTestIssuer } from '../../../support/test-issuers.ts'
import { codeOf } from '../../../support/to-throw-code.ts'

let issuer: Issuer
beforeAll(async () => {
  issuer = await createTestIssuer('cluster')
})

const listed = (index: number, more: Partial<ListedCertificate> = {}): ListedCertificate => ({
  serialNumber: (0x0100 + index).toString(16).padStart(4, '0') as SerialNumber,
  revokedAt: addDuration(NOW, seconds(index)),
  reason: REVOCATION_REASON_NAMES[index % REVOCATION_REASON_NAMES.length] ?? 'unspecified',
  notAfter: addDuration(NOW, days(index)),
  ...more,
})

const entriesOf = (certificates: readonly ListedCertificate[]): CrlEntries => {
  const entries = new CrlEntries()
  certificates.forEach((each) => entries.add(each))
  return entries
}

const crlOf = (entries: CrlEntries, number = 7n): Buffer =>
  buildCrl(
    {
      issuer: issuer.subject,
      issuerKeyIdentifier: issuer.keyIdentifier,
      number,
      thisUpdate: NOW,
      nextUpdate: addDuration(NOW, hours(24)),
    },
    entries.encoding,
    issuer.key,
  )

const serialsOf = (entries: CrlEntries) =>
  parseCrl(crlOf(entries)).revoked.map(({ serialNumber }) => serialNumber)

describe('a CRL', () => {
  it('says what it was built from, and is signed by its issuer', () => {
    const certificates = REVOCATION_REASON_NAMES.map((_, index) => listed(index))
    const crl = parseCrl(crlOf(entriesOf(certificates), 2n ** 64n))
    expect(crl).toMatchObject({
      issuer: issuer.subject,
      issuerKeyIdentifier: issuer.keyIdentifier,
      number: 2n ** 64n,
      thisUpdate: NOW,
      nextUpdate: addDuration(NOW, hours(24)),
    })
    expect(crl.revoked).toEqual(
      certificates.map(({ serialNumber, revokedAt, reason }) => ({
        serialNumber,
        revokedAt,
        reason,
      })),
    )
    expect(isSignedBy(crl, issuer.certificate)).toBe(true)
  })

  it('has no list of revoked certificates when there is none', () => {
    const crl = crlOf(new CrlEntries())
    const fields = enterWhole(crl, 'CRL').enter('to-be-signed CRL')
    for (let field = 0; field < 5; field++) fields.next()
    expect(fields.nextTag).toBe(0xa0)
    expect(parseCrl(crl).revoked).toEqual([])
  })

  it('never writes the reason unspecified', () => {
    const entries = entriesOf([listed(0, { reason: 'unspecified' })])
    const entry = new DerReader(entries.encoding).enter('entry')
    entry.expect(TAG.INTEGER, 'serial number')
    entry.expect(TAG.UTC_TIME, 'time')
    expect(entry.atEnd).toBe(true)
  })

  it.each(['7f', '80', 'ff'.repeat(20), `01${'00'.repeat(16)}`])(
    'gives the serial number %s back',
    (serial) => {
      const serialNumber = serial as SerialNumber
      expect(serialsOf(entriesOf([listed(0, { serialNumber })]))).toEqual([serialNumber])
    },
  )

  it('writes years from 2050 as GeneralizedTime', () => {
    const revokedAt = new Date('2050-01-01T00:00:00Z')
    const [entry] = parseCrl(crlOf(entriesOf([listed(0, { revokedAt })]))).revoked
    expect(entry?.revokedAt).toEqual(revokedAt)
  })

  it('has a number of at most 20 octets', () => {
    expect(parseCrl(crlOf(new CrlEntries(), 2n ** 159n - 1n)).number).toBe(2n ** 159n - 1n)
    expect(() => crlOf(new CrlEntries(), 2n ** 159n)).toThrow(TypeError)
    expect(() => crlOf(new CrlEntries(), -1n)).toThrow(TypeError)
  })

  it('may be longer than 64 KiB', () => {
    const certificates = Array.from({ length: 3000 }, (_, index) => listed(index))
    expect(parseCrl(crlOf(entriesOf(certificates))).revoked).toHaveLength(3000)
  })
})

describe('CrlEntries', () => {
  it('lets what expired before an instant go, and keeps the order of the rest', () => {
    const entries = entriesOf([5, 1, 6, 2, 7].map((index) => listed(index)))
    entries.dropExpiredBefore(addDuration(NOW, days(3)))
    expect(entries.size).toBe(3)
    expect(serialsOf(entries)).toEqual([5, 6, 7].map((index) => listed(index).serialNumber))
    entries.add(listed(9))
    entries.dropExpiredBefore(addDuration(NOW, days(6)))
    expect(serialsOf(entries)).toEqual([6, 7, 9].map((index) => listed(index).serialNumber))
  })

  it('keeps one that expires at the very instant', () => {
    const entries = entriesOf([listed(3)])
    entries.dropExpiredBefore(listed(3).notAfter)
    expect(entries.size).toBe(1)
  })
})

describe('parseCrl', () => {
  const withExtensions = (...extensions: Buffer[]): Buffer => {
    const fields = enterWhole(crlOf(new CrlEntries()), 'CRL')
    const tbs = fields.enter('to-be-signed CRL')
    const parts = Array.from({ length: 5 }, () => tbs.next().encoding)
    const original = new DerReader(
      new DerReader(tbs.expect(0xa0, 'extensions').content).next().content,
    )
    const kept: Buffer[] = []
    while (!original.atEnd) kept.push(original.next().encoding)
    const all = contextConstructed(0, sequence(...kept, ...extensions))
    return sequence(sequence(...parts, all), fields.next().encoding, fields.next().encoding)
  }
  const extension = (critical: boolean) =>
    encodeExtension({ oid: '2.5.29.28', critical, value: sequence() })

  it('refuses a critical extension: such a CRL may not be about everything', () => {
    expect(parseCrl(withExtensions(extension(false))).revoked).toEqual([])
    expect(codeOf(() => parseCrl(withExtensions(extension(true))))).toBe('ERR_DER_MALFORMED')
  })

  it('refuses every truncation and every trailing octet', () => {
    const der = crlOf(entriesOf([listed(1), listed(2)]))
    for (let length = 0; length < der.length; length++)
      expect(codeOf(() => parseCrl(der.subarray(0, length)))).toBe('ERR_DER_MALFORMED')
    expect(codeOf(() => parseCrl(Buffer.concat([der, Buffer.of(0)])))).toBe('ERR_DER_MALFORMED')
  })
})
