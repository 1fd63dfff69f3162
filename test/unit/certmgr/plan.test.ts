import type { Action } from '@easycerts/shared/certificate-spec'
import { EasycertsError } from '@easycerts/shared/errors'
import { renewalTime } from '@easycerts/shared/renewal'
import { addDuration, hours, minutes, seconds } from '@easycerts/shared/time'
import { describe, expect, it } from 'vitest'
import {
  actionsOfRenewal,
  afterActionFailure,
  afterFailure,
  afterSuccess,
  beginPublication,
  dueActions,
  endPublication,
  planCertificate,
  planIdentity,
  planWake,
} from '../../../apps/certmgr/src/plan/index.ts'
import { forgeCa, forgeCertificate } from '../../support/join/forge-certificate.ts'

const now = new Date('2030-01-01T00:00:00Z')
const { certificate } = await forgeCertificate({
  commonName: 'x',
  issuer: await forgeCa('ca'),
  from: now,
  until: addDuration(now, hours(24)),
})
const dueAt = renewalTime(certificate.validity, certificate.serialNumber)
const failed = (at: Date) =>
  afterFailure(undefined, new EasycertsError('ERR_CA_TIMEOUT', 'late'), {
    now: at,
    remaining: Number.POSITIVE_INFINITY,
  })

const present = { state: 'present', certificate, keyMatches: true } as const
const situation = {
  found: present,
  attempts: undefined,
  isAskedFor: false,
  suggestion: undefined,
  now,
}

describe('the plan for a certificate', () => {
  it('lets a good one be until its renewal point', () => {
    expect(planCertificate(situation)).toEqual({ kind: 'good', dueAt })
  })

  it('renews it when the point has come', () => {
    const plan = planCertificate({ ...situation, now: dueAt })
    expect(plan).toEqual({ kind: 'renew', reason: 'due' })
  })

  it('renews a good one that an operator asks for', () => {
    const plan = planCertificate({ ...situation, isAskedFor: true })
    expect(plan).toEqual({ kind: 'renew', reason: 'operator-asked' })
  })

  it('waits after a failure, and tries again when the wait is over', () => {
    const attempts = failed(dueAt)
    const waiting = planCertificate({ ...situation, attempts, now: dueAt })
    expect(waiting).toEqual({ kind: 'wait', reason: 'due', until: addDuration(dueAt, seconds(1)) })
    const later = planCertificate({ ...situation, attempts, now: addDuration(dueAt, seconds(1)) })
    expect(later).toEqual({ kind: 'renew', reason: 'due' })
  })

  it('renews it earlier when the CA asks, and says that the CA did', () => {
    const suggestion = { start: addDuration(now, hours(1)), end: addDuration(now, hours(2)) }
    const plan = planCertificate({ ...situation, suggestion })
    const asked = plan.kind === 'good' ? plan.dueAt : now
    expect(asked >= suggestion.start && asked <= suggestion.end).toBe(true)
    expect(planCertificate({ ...situation, suggestion, now: asked })).toEqual({
      kind: 'renew',
      reason: 'ca-asked',
    })
  })

  it('repairs a mode without a renewal', () => {
    const plan = planCertificate({ ...situation, found: { ...present, drift: 'mode' } })
    expect(plan).toEqual({ kind: 'repair', drift: 'mode', dueAt })
  })
})

describe('the plan for the identity', () => {
  const identity = {
    certificate,
    isConfirmed: true,
    isUnderWay: false,
    attempts: undefined,
    suggestion: undefined,
    now,
  }

  it.each([
    ['is good before its renewal point', {}, 'good'],
    ['is renewed at it', { now: dueAt }, 'renew'],
    ['is renewed when the CA asks', { suggestion: { start: now, end: now }, now: dueAt }, 'renew'],
    ['is renewed to the end once begun', { isUnderWay: true }, 'renew'],
    ['is confirmed before anything else', { isConfirmed: false, now: dueAt }, 'confirm'],
    ['waits after a failure', { now: dueAt, attempts: failed(dueAt) }, 'wait'],
    ['is lost when it has expired', { now: addDuration(now, hours(25)) }, 'expired'],
  ])('%s', (_, more, kind) => {
    expect(planIdentity({ ...identity, ...more }).kind).toBe(kind)
  })
})

describe('the next look', () => {
  it('is at the earliest instant that matters', () => {
    const instants = [addDuration(now, minutes(5)), addDuration(now, minutes(3))]
    expect(planWake(instants, now, minutes(10))).toEqual(addDuration(now, minutes(3)))
  })

  it('is never later than the check interval, nor within a second', () => {
    expect(planWake([], now, minutes(10))).toEqual(addDuration(now, minutes(10)))
    expect(planWake([now], now, minutes(10))).toEqual(addDuration(now, seconds(1)))
  })
})

describe('the wait after failures', () => {
  it('is never longer than an eighth of the life that is left', () => {
    const error = new EasycertsError('ERR_CA_TIMEOUT', 'late')
    let attempts = failed(now)
    for (let count = 0; count < 20; count++)
      attempts = afterFailure(attempts, error, { now, remaining: minutes(8) })
    expect(attempts.nextAttemptAt).toEqual(addDuration(now, minutes(1)))
    expect(attempts.failures).toBe(21)
  })
})

describe('pending actions', () => {
  const restart: Action = { restart: 'kubelet.service' }
  const reload: Action = { reload: 'kubelet.service' }

  it('are not run before their files are published', () => {
    const begun = beginPublication([], 'a', [restart])
    expect(dueActions(begun, now)).toEqual([])
    expect(dueActions(endPublication(begun, 'b'), now)).toEqual([])
    expect(dueActions(endPublication(begun, 'a'), now)).toEqual([restart])
  })

  it('run once for all sets that share them, and a restart does the reloads', () => {
    const pending = ['a', 'b'].reduce(
      (all, set) => endPublication(beginPublication(all, set, [restart, reload]), set),
      beginPublication([], 'c', [reload]),
    )
    const all = endPublication(pending, 'c')
    expect(dueActions(all, now)).toEqual([restart])
    expect(afterSuccess(all, restart)).toEqual([])
  })

  it('wait after a failure, but not after a new publication', () => {
    const due = endPublication(beginPublication([], 'a', [restart]), 'a')
    const tried = afterActionFailure(due, restart, new Error('x'), now)
    expect(dueActions(tried, now)).toEqual([])
    expect(dueActions(tried, addDuration(now, seconds(1)))).toEqual([restart])
    const again = endPublication(beginPublication(tried, 'a', [restart]), 'a')
    expect(dueActions(again, now)).toEqual([restart])
  })

  it('are those of the key when it is new, and of the certificate else', () => {
    const actions = { leaf: [reload], key: [restart] }
    expect(actionsOfRenewal({ actions }, true)).toEqual([restart])
    expect(actionsOfRenewal({ actions }, false)).toEqual([reload])
    expect(actionsOfRenewal({ actions: { leaf: [reload] } }, true)).toEqual([reload])
  })
})
