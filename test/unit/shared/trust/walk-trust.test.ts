import { generateSigningKey } from '@easycerts/shared/key'
import { parseSignedTrust, type SignedTrust, walkTrust } from '@easycerts/shared/trust'
import { beforeAll, describe, expect, it } from 'vitest'
import { forgeCa } from '../../../support/join/forge-certificate.ts'
import {
  accepted,
  createTestTrust,
  type TestTrust,
  trustKeyEntry,
} from '../../../support/trust/test-trust.ts'

let trust: TestTrust
beforeAll(async () => {
  trust = await createTestTrust(await forgeCa('enrolment'))
  trust.publish()
})

/** What a node at version 2 makes of it. */
const step = (next: SignedTrust, known = trust.versions[1]) =>
  walkTrust(accepted(known), parseSignedTrust(next))

const refusal = (next: SignedTrust) => {
  const made = step(next)
  return made.kind === 'refused' ? made.code : made.kind
}

describe('walkTrust', () => {
  it('goes on to the version that follows', () => {
    const next = trust.make()
    expect(step(next)).toMatchObject({ kind: 'accepted', trust: { signed: next } })
  })

  it('knows its own version again', () => {
    expect(step(trust.versions[1] as SignedTrust)).toEqual({ kind: 'same' })
  })

  it('goes on to a restored CA, whose version jumps with its epoch', () => {
    expect(refusal(trust.make({ epoch: 2, version: 1_900_000_000 }))).toBe('accepted')
  })

  it.each([
    ['an older version', { version: 1 }, 'ERR_TRUST_ROLLED_BACK'],
    ['an older epoch', { epoch: 0, version: 9 }, 'ERR_TRUST_ROLLED_BACK'],
    ['an older version of a newer epoch', { epoch: 2, version: 1 }, 'ERR_TRUST_ROLLED_BACK'],
    ['other octets of its version', { version: 2, epoch: 1, logKeys: [] }, 'ERR_TRUST_FORKED'],
    ['its version in a newer epoch', { version: 2, epoch: 2 }, 'ERR_TRUST_FORKED'],
    ['a version beyond one that is held back', { version: 4 }, 'ERR_TRUST_UNPROVEN'],
    ['another cluster', { cluster: { name: 'test', id: '11'.repeat(16) } }, 'ERR_TRUST_UNPROVEN'],
  ])('refuses %s', (_, change, code) => {
    expect(refusal(trust.make({ expiresAt: '2031-01-01T00:00:00.000Z', ...change }))).toBe(code)
  })

  it('refuses a key of its own choice that a version brings along', async () => {
    const thief = await generateSigningKey('ed25519')
    expect(refusal(trust.make({ trustKeys: [trustKeyEntry(thief)] }, [thief]))).toBe(
      'ERR_TRUST_UNPROVEN',
    )
  })

  it('refuses a version that its own keys do not sign, and one that nobody signs', async () => {
    const next = await generateSigningKey('ed25519')
    const change = { trustKeys: [trustKeyEntry(trust.key, 'retired'), trustKeyEntry(next)] }
    expect(refusal(trust.make(change))).toBe('ERR_TRUST_UNPROVEN')
    const [first, second] = [trust.make(), trust.make({ logKeys: [trustKeyEntry(next)] })]
    expect(refusal({ ...second, signatures: first.signatures })).toBe('ERR_TRUST_UNPROVEN')
  })

  it('hands over from key to key with the signatures of both', async () => {
    const next = await generateSigningKey('ed25519')
    const both = [trust.key, next]
    const change = { trustKeys: [trustKeyEntry(trust.key, 'retiring'), trustKeyEntry(next)] }
    const handed = trust.make(change, both)
    expect(refusal(handed)).toBe('accepted')
    const after = (signers: Parameters<TestTrust['make']>[1]) =>
      step(trust.make({ ...change, version: 4 }, signers), handed).kind
    expect(after([next])).toBe('accepted')
    // The old key verifies no more than it has signed.
    expect(after([trust.key])).toBe('refused')
  })

  it.each(['prepared', 'distributed', 'retiring', 'retired', 'distrusted'] as const)(
    'refuses the signature of a %s key',
    (state) => {
      expect(refusal(trust.make({ trustKeys: [trustKeyEntry(trust.key, state)] }))).toBe(
        'ERR_TRUST_UNPROVEN',
      )
    },
  )

  it('keeps fields and purposes that it does not know', () => {
    const purposes = { ...trust.newest().purposes, 'image-signing': [{ id: 'x', state: 'new' }] }
    const made = step(trust.make({ purposes, more: { to: 'come' } }))
    expect(made).toMatchObject({
      kind: 'accepted',
      trust: { document: { more: { to: 'come' }, purposes: { 'image-signing': [{ id: 'x' }] } } },
    })
  })
})
