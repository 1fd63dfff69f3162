import type { TrustMemory } from '@easycerts/adapters/trust-store'
import { describeDuration } from '@easycerts/shared/time'
import { beforeAll, describe, expect, it } from 'vitest'
import { reportTrust, trustLine } from '../../../apps/certmgr/src/report/report-trust.ts'
import { forgeCa } from '../../support/join/forge-certificate.ts'
import { accepted, createTestTrust } from '../../support/trust/test-trust.ts'

let memory: TrustMemory
beforeAll(async () => {
  const trust = await createTestTrust(await forgeCa('enrolment'))
  memory = { trust: accepted(trust.publish()), isCurrent: true }
})

const lineAt = (instant: string, known: TrustMemory = memory): string => {
  const now = new Date(instant)
  const until = (end: Date | undefined) =>
    end ? describeDuration(end.getTime() - now.getTime()) : '-'
  return trustLine(reportTrust(known, now), until)
}

describe('what certmgr status says of the trust document', () => {
  it('names version, epoch and age', () => {
    expect(lineAt('2030-01-06T00:00:00Z')).toBe('trust     version 2 of epoch 1, 5d 0h old, good')
  })

  it('warns of one that has expired, and counts on it all the same', () => {
    expect(lineAt('2031-01-01T00:00:00Z')).toContain('365d 0h old, expired: it still counts')
  })

  it('says that nothing is made of one that is older than the node has seen', () => {
    const line = lineAt('2030-01-06T00:00:00Z', { ...memory, isCurrent: false })
    expect(line).toContain('nothing is made of it')
  })

  it('says that there is none yet', () => {
    expect(lineAt('2030-01-06T00:00:00Z', { isCurrent: false })).toBe(
      'trust     no trust document yet',
    )
  })
})
