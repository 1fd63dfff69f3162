import { describe, expect, it } from 'vitest'
import { sequence, time } from '@easycerts/shared/asn1'
import { type CertificateOnDisk, decideRenewal, renewalTime } from '@easycerts/shared/renewal'
import { addDuration, days } from '@easycerts/shared/time'
import { buildValidity, parseCertificate } from '@easycerts/shared/x509'
import { handMadeCertificate } from '../../../support/hand-made-der.ts'
import { NOW } from '../../../support/sample-cluster.ts'

const { notBefore, notAfter } = buildValidity(NOW, days(30), new Date('2036-01-01T00:00:00Z'))
const certificate = parseCertificate(
  handMadeCertificate({ validity: sequence(time(notBefore), time(notAfter)) }),
)
const GOOD: CertificateOnDisk = {
  state: 'present',
  certificate,
  keyMatches: true,
  issuerKnown: true,
}
const dueAt = renewalTime(certificate.validity, certificate.serialNumber)

describe('decideRenewal', () => {
  it.each<readonly [string, CertificateOnDisk, Date, string]>([
    ['is missing', { state: 'missing' }, NOW, 'missing'],
    ['cannot be read', { state: 'unreadable' }, NOW, 'unreadable'],
    ['was read as nothing', { state: 'present' }, NOW, 'unreadable'],
    ['has another key beside it', { ...GOOD, keyMatches: false }, NOW, 'key-mismatch'],
    ['has an unknown issuer', { ...GOOD, issuerKnown: false }, NOW, 'issuer-unknown'],
    ['is due', GOOD, dueAt, 'due'],
    ['is overdue', GOOD, addDuration(dueAt, days(1)), 'due'],
    ['is in its last second, which it is valid in', GOOD, addDuration(notAfter, 999), 'due'],
    ['has expired', GOOD, addDuration(notAfter, 1000), 'expired'],
    ['expired long ago', GOOD, addDuration(notAfter, days(400)), 'expired'],
    [
      'has expired, and its key is another’s',
      { ...GOOD, keyMatches: false },
      addDuration(notAfter, days(1)),
      'key-mismatch',
    ],
  ])('renews a certificate that %s', (_, found, now, reason) => {
    expect(decideRenewal(found, now)).toEqual({ renew: true, reason })
  })

  it.each([
    ['at issuance', NOW],
    ['before it, on a machine whose clock is behind', addDuration(NOW, days(-1))],
    ['a moment before it is due', addDuration(dueAt, -1)],
  ])('leaves a certificate alone %s', (_, now) => {
    expect(decideRenewal(GOOD, now)).toEqual({ renew: false, dueAt })
  })

  it('leaves alone what nobody looked at: no key and no issuer to compare with', () => {
    expect(decideRenewal({ state: 'present', certificate }, NOW)).toEqual({ renew: false, dueAt })
  })
})
