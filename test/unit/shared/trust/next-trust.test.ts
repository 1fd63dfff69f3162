import { generateSigningKey } from '@easycerts/shared/key'
import { addDuration, days, hours } from '@easycerts/shared/time'
import { nextTrust, type TrustContent, type TrustDocument } from '@easycerts/shared/trust'
import { describe, expect, it } from 'vitest'
import { forgeCa } from '../../../support/join/forge-certificate.ts'
import { firstDocument } from '../../../support/trust/test-trust.ts'

const NOW = new Date('2030-01-01T00:00:00.000Z')
const { cluster, epoch, endpoints, trustKeys, logKeys, purposes } = firstDocument(
  await generateSigningKey('ed25519'),
  await forgeCa('enrolment'),
)
const content: TrustContent = { cluster, epoch, endpoints, trustKeys, logKeys, purposes }
const moved = { ...content, endpoints: { join: ['https://ca:7443'], node: [] } }

const made = (last: TrustDocument | undefined, next: TrustContent, now = NOW): TrustDocument => {
  const document = nextTrust(last, next, now)
  if (!document) throw new Error('nothing new')
  return document
}
const first = made(undefined, content)

describe('the next trust document', () => {
  it('is version 1 of a new CA, good for half a year', () => {
    expect(first).toMatchObject({ format: 1, version: 1, ...content })
    expect(first.expiresAt).toBe('2030-06-30T00:00:00.000Z')
  })

  it('is none while nothing changes, and follows by one when something does', () => {
    expect(nextTrust(first, content, addDuration(NOW, hours(1)))).toBeUndefined()
    expect(made(first, moved)).toMatchObject({ version: 2, ...moved })
    expect(nextTrust(made(first, moved), moved, NOW)).toBeUndefined()
  })

  it('says the same again long before the last one ends', () => {
    expect(nextTrust(first, content, addDuration(NOW, days(89)))).toBeUndefined()
    const later = addDuration(NOW, days(90))
    expect(made(first, content, later)).toMatchObject({
      version: 2,
      issuedAt: later.toISOString(),
      expiresAt: addDuration(later, days(180)).toISOString(),
    })
  })

  it('goes on from Unix time after a restore, and never from less than it had', () => {
    const restored = { ...content, epoch: 1_893_456_000 }
    expect(made(first, restored).version).toBe(NOW.getTime() / 1000)
    expect(made({ ...first, version: 2_000_000_000 }, restored).version).toBe(2_000_000_001)
    expect(made(made(first, restored), { ...moved, epoch: restored.epoch })).toMatchObject({
      version: NOW.getTime() / 1000 + 1,
    })
  })

  it('goes on from Unix time where a restored CA has forgotten that it ever had one', () => {
    expect(made(undefined, { ...content, epoch: 1_893_456_000 }).version).toBe(NOW.getTime() / 1000)
  })

  it('keeps what a later release has written into the last one', () => {
    const later = {
      ...first,
      quorum: 2,
      endpoints: { ...first.endpoints, mirror: ['https://m'] },
      purposes: {
        ...first.purposes,
        'image-signing': [{ id: 'i' }],
        enrolment: first.purposes.enrolment.map((each) => ({ ...each, since: 7 })),
      },
    }
    expect(nextTrust(later, content, NOW)).toBeUndefined()
    expect(made(later, moved)).toEqual({
      ...later,
      version: 2,
      endpoints: { ...moved.endpoints, mirror: ['https://m'] },
    })
  })

  it('holds no entry any more that the records do not', () => {
    const key = { id: 'master-1-00', publicKey: 'pem', state: 'distributed' as const }
    const withKey = { ...content, purposes: { ...purposes, 'service-account': [key] } }
    const second = made(first, withKey)
    expect(second.purposes['service-account']).toEqual([key])
    expect(made(second, content).purposes['service-account']).toEqual([])
  })
})
