import { EasycertsError } from '@easycerts/shared/errors'
import { renewalTime } from '@easycerts/shared/renewal'
import { addDuration, days, hours, minutes, seconds } from '@easycerts/shared/time'
import { describe, expect, it } from 'vitest'
import {
  afterFailure,
  contradictClock,
  dueActions,
  isAhead,
  planCertificate,
  planIdentity,
} from '../../../apps/certmgr/src/plan/index.ts'
import { forgeCa, forgeCertificate } from '../../support/join/forge-certificate.ts'
import { codeOf } from '../../support/to-throw-code.ts'

const now = new Date('2030-01-01T00:00:00Z')
const { certificate } = await forgeCertificate({
  commonName: 'x',
  issuer: await forgeCa('ca'),
  from: addDuration(now, days(-29)),
  until: addDuration(now, days(1)),
})
const found = { state: 'present', certificate, keyMatches: true } as const
/** What a clock that was forty days ahead has left behind. */
const attempts = afterFailure(undefined, new EasycertsError('ERR_CA_TIMEOUT', 'late'), {
  now: addDuration(now, days(40)),
  remaining: -1,
})
const suggestion = undefined

describe('a clock that was ahead and is right again', () => {
  it('leaves no wait that keeps a certificate or an identity from renewal', () => {
    expect(planCertificate({ found, attempts, isAskedFor: false, suggestion, now })).toMatchObject({
      kind: 'renew',
    })
    const identity = { certificate, isConfirmed: true, isUnderWay: false }
    expect(planIdentity({ ...identity, attempts, suggestion, now })).toEqual({ kind: 'renew' })
  })

  it('leaves no action undone', () => {
    const action = { restart: 'a.service' }
    expect(dueActions([{ action, set: 's', state: 'due', attempts }], now)).toEqual([action])
  })

  it('still lets the waits of this clock be waited for', () => {
    expect(isAhead(addDuration(now, minutes(10)), now)).toBe(true)
    expect(isAhead(addDuration(now, minutes(10) + seconds(1)), now)).toBe(false)
    expect(isAhead(now, now)).toBe(false)
  })
})

describe('a clock that is ahead of the CA', () => {
  const dueAt = renewalTime(certificate.validity, certificate.serialNumber)
  const early = addDuration(dueAt, hours(-1))
  const judge = (reason: string, caTime: Date) => (): void =>
    contradictClock({ found, reason, suggestion, now, caTime })

  it('makes no certificate due', () => {
    expect(codeOf(judge('due', early))).toBe('ERR_CLOCK_WRONG')
    expect(codeOf(judge('expired', early))).toBe('ERR_CLOCK_WRONG')
  })

  it('does not stand in the way of what is due by both clocks, or by none', () => {
    expect(judge('due', now)).not.toThrow()
    expect(judge('operator-asked', early)).not.toThrow()
    expect(judge('key-mismatch', early)).not.toThrow()
  })

  it('may be a few minutes ahead', () => {
    expect(judge('due', addDuration(dueAt, minutes(-9)))).not.toThrow()
  })
})
