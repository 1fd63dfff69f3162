import { addDuration, days } from '@easycerts/shared/time'
import { describe, expect, it } from 'vitest'
import {
  brokenBecause,
  chooseFallback,
  type KeptCertificate,
  specChangeOf,
  surplusGenerations,
} from '../../../apps/certmgr/src/plan/index.ts'
import { forgeCa, forgeCertificate } from '../../support/join/forge-certificate.ts'

const NOW = new Date()
const ca = await forgeCa('cluster')
const certificateOf = async (from: Date, until: Date, issuer = ca) => {
  const forged = await forgeCertificate({
    ...{ commonName: 'c', purposes: ['clientAuth'] as const },
    ...{ issuer, from, until },
  })
  return forged.certificate
}
const good = await certificateOf(addDuration(NOW, days(-1)), addDuration(NOW, days(1)))
const kept = (number: number, more: Partial<KeptCertificate> = {}): KeptCertificate => ({
  ...{ number, profile: 'p', certificate: good, issuers: [], keyMatches: true },
  ...more,
})
const facts = { profile: 'p', authorities: [ca.certificate], now: NOW }

describe('the generation that is put back', () => {
  it('is the newest that a consumer can use', () => {
    const damaged = kept(4, { certificate: undefined })
    const newestFirst = [damaged, kept(3, { keyMatches: false }), kept(2), kept(1)]
    expect(chooseFallback(newestFirst, facts)).toEqual({ kind: 'put-back', number: 2 })
  })

  it('is none that is expired, not valid yet, of another profile or of an unknown CA', async () => {
    const stranger = await forgeCa('cluster')
    const [from, until] = [good.validity.notBefore, good.validity.notAfter]
    const all = [
      kept(5, { certificate: await certificateOf(from, addDuration(NOW, -1000)) }),
      kept(4, { certificate: await certificateOf(addDuration(NOW, days(0.5)), until) }),
      kept(3, { profile: 'other' }),
      kept(2, { certificate: await certificateOf(from, until, stranger) }),
    ]
    expect(chooseFallback(all, facts)).toEqual({
      kind: 'nothing-good',
      objections: [
        'generation 5 is not valid now',
        'generation 4 is not valid now',
        'generation 3 is of the profile other',
        'generation 2 is of a CA that no bundle holds',
      ],
    })
  })

  it('is asked for by what is of no use, and not by what is only due', () => {
    const until = NOW
    expect(brokenBecause({ kind: 'wait', reason: 'unreadable', until })).toBe('unreadable')
    expect(brokenBecause({ kind: 'renew', reason: 'missing' })).toBe('missing')
    expect(brokenBecause({ kind: 'wait', reason: 'due', until })).toBeUndefined()
    expect(brokenBecause({ kind: 'renew', reason: 'issuer-unknown' })).toBeUndefined()
  })
})

describe('keys that have no more use', () => {
  const aged = (...ends: (number | undefined)[]) =>
    ends.map((end, index) => ({
      number: ends.length - index,
      notAfter: end === undefined ? undefined : addDuration(NOW, days(end)),
    }))

  it.each<[string, (number | undefined)[], number[]]>([
    ['are none of three that live', [3, 2, 1], []],
    ['are those beyond three', [5, 4, 3, 2, 1], [2, 1]],
    ['are those whose certificate has ended, but never the newest', [-1, -2, 3], [2]],
    ['are those that nobody can read', [3, undefined, 1], [2]],
  ])('%s', (_, ends, surplus) => {
    expect(surplusGenerations(aged(...ends), NOW)).toEqual(surplus)
  })
})

describe('a change of a spec', () => {
  const spec = {
    profile: 'kubelet-client',
    key: { path: '/k', owner: 'root', group: 'root', mode: '0600', rotation: 'renew' },
  } as const
  const wish = { ...spec, key: { ...spec.key, algorithm: 'ecdsa-p256' } } as const

  it.each([
    ['is none where all is as it says', {}, undefined],
    ['is none of a certificate whose profile nobody wrote down', { profile: undefined }, undefined],
    ['is another profile', { profile: 'flannel-client' }, 'profile-changed'],
    ['is another kind of key', { key: { algorithm: 'rsa-2048' } }, 'key-changed'],
    [
      'is none of a certificate for every use, as cfssl makes them',
      { certificate: { extendedKeyUsage: undefined } },
      undefined,
    ],
    [
      'is a usage that its profile has now',
      { certificate: { extendedKeyUsage: [] } },
      'usage-changed',
    ],
  ] as const)('%s', (_, more, change) => {
    const key = { algorithm: 'ecdsa-p256' } as const
    const made = { key, profile: 'kubelet-client', certificate: good, ...more }
    expect(specChangeOf(wish, made)).toBe(change)
  })
})
