import { readFileSync } from 'node:fs'
import {
  decimalSerial,
  readCertdbRow,
  readCertdbTime,
  revocationCodeOf,
  serialOfDecimal,
} from '@easycerts/cfssl/certdb'
import { parseCertificatePem } from '@easycerts/shared/x509'
import { describe, expect, it } from 'vitest'

const pem = readFileSync('test/fixtures/cfssl/lab/client.pem', 'utf8')
const { serialNumber } = parseCertificatePem(pem)

const row = {
  serial_number: decimalSerial(serialNumber),
  authority_key_identifier: '27c07304499fbc1d97951fc8801a073ef83111ac',
  status: 'good',
  reason: 0,
  revoked_at: '0001-01-01 00:00:00+00:00',
  pem,
}

describe('a row of a certdb', () => {
  it('is a certificate that is good', () => {
    expect(readCertdbRow(row)).toMatchObject({
      certificate: { serialNumber },
      revocation: undefined,
    })
  })

  it('may be octets, as the driver of cfssl writes some columns', () => {
    const octets = { ...row, pem: Buffer.from(pem), status: Buffer.from('revoked') }
    expect(
      readCertdbRow({ ...octets, reason: 6, revoked_at: '2026-11-21 03:14:17' }),
    ).toMatchObject({
      revocation: { code: 6, revokedAt: new Date('2026-11-21T03:14:17Z') },
    })
  })

  it.each([
    [{ pem: 'x' }, 'cannot be read'],
    [{ pem: null }, 'cannot be read'],
    [{ serial_number: '7' }, 'another serial number'],
    [{ status: 'expired' }, 'neither good nor revoked'],
    [{ status: 'revoked' }, 'does not say when'],
  ])('says what is wrong with it: %j', (columns, fault) => {
    expect(readCertdbRow({ ...row, ...columns })).toMatchObject({
      fault: expect.stringContaining(fault) as string,
    })
  })
})

describe('a time of a certdb', () => {
  it.each([
    ['2026-11-28 03:07:00+00:00', '2026-11-28T03:07:00Z'],
    ['2026-11-21 03:11:56.00410397+00:00', '2026-11-21T03:11:56Z'],
    ['2026-11-21 03:14:17', '2026-11-21T03:14:17Z'],
    ['2026-11-21T04:14:17+01:00', '2026-11-21T03:14:17Z'],
  ])('%s', (text, time) => {
    expect(readCertdbTime(text)).toEqual(new Date(time))
  })

  it.each(['', 'now', '0001-01-01 00:00:00+00:00', '2026-13-45 00:00:00'])('is not %j', (text) => {
    expect(readCertdbTime(text)).toBeUndefined()
  })
})

describe('a reason of a revocation', () => {
  it.each([
    ['', 0],
    ['unspecified', 0],
    ['KEYCOMPROMISE', 1],
    ['7', 7],
    ['9', 9],
    ['0', undefined],
    ['10', undefined],
    ['-1', undefined],
    ['aACompromise', 10],
  ])('%j is as cfssl reads it', (text, code) => {
    expect(revocationCodeOf(text)).toBe(code)
  })
})

describe('a serial number', () => {
  it('is decimal for cfssl', () => {
    expect(serialOfDecimal('7777')).toBe('1e61')
    expect(decimalSerial(serialNumber)).toMatch(/^\d+$/)
    expect(serialOfDecimal(decimalSerial(serialNumber))).toBe(serialNumber)
    expect(serialOfDecimal('0x1')).toBeUndefined()
  })
})
