import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { days, hours, minutes, seconds } from '@easycerts/shared/time'
import type { Certificate } from '@easycerts/shared/x509'
import {
  acceptClock,
  issueAdminCertificate,
  issueCertificate,
  statusOfClock,
  watchClock,
} from '../../../apps/ca-server/src/authority/index.ts'
import { parseCertificateRequest } from '@easycerts/shared/x509'
import { OPERATOR } from '../../support/requesters.ts'
import { newRequest, openTestAuthority, type TestAuthority } from '../../support/test-authority.ts'
import { codeOfAsync } from '../../support/to-throw-code.ts'

let ca: TestAuthority
beforeEach(async () => {
  ca = await openTestAuthority()
})
afterEach(() => ca.dispose())

const issue = async (): Promise<Certificate> =>
  issueAdminCertificate(ca.authority, OPERATOR, {
    csr: await newRequest(),
    user: 'jane',
    groups: [],
    life: hours(1),
  })

const refusal = () => codeOfAsync(issue)

const kinds = async (): Promise<string[]> =>
  (await ca.authority.store.read((reading) => reading.listLog(100)))
    .map(({ kind }) => kind)
    .filter((kind) => kind.startsWith('clock-'))
    .toReversed()

describe('a clock that goes backwards', () => {
  it('stops issuance, and is believed again once it has caught up', async () => {
    await issue()
    ca.clock.jump(minutes(-2))
    expect(await refusal()).toBe('ERR_CLOCK_BACKWARDS')
    ca.clock.advance(minutes(1) + seconds(1))
    await issue()
  })

  it('is found by a process that starts after it, since the last issuance is in the records', async () => {
    ca.clock.advance(hours(2))
    await issue()
    ca.clock.jump(hours(-1))
    await ca.reopen()
    expect(await refusal()).toBe('ERR_CLOCK_BACKWARDS')
  })

  it('is found while nothing is issued, since looks are in the records too', async () => {
    await watchClock(ca.authority)
    ca.clock.advance(days(3))
    await watchClock(ca.authority)
    ca.clock.jump(days(-2))
    await ca.reopen()
    expect(await refusal()).toBe('ERR_CLOCK_BACKWARDS')
  })

  it('leaves no intent behind', async () => {
    await issue()
    ca.clock.jump(days(-1))
    await refusal()
    const rows = await ca.authority.store.read((reading) => reading.listCertificates(10))
    expect(rows.map(({ state }) => state)).toEqual(['issued'])
  })
})

describe('a clock that jumps forward', () => {
  it('holds issuance while the process runs', async () => {
    await issue()
    ca.clock.jump(hours(7))
    expect(await refusal()).toBe('ERR_CLOCK_JUMPED')
    ca.clock.jump(hours(-7))
    await issue()
  })

  it('is no jump if it only counted the time in which nothing happened', async () => {
    await issue()
    ca.clock.advance(days(90))
    await issue()
  })

  it('holds issuance after a restart too, until it is put right', async () => {
    await issue()
    ca.clock.jump(days(2))
    expect(await refusal()).toBe('ERR_CLOCK_JUMPED')
    await ca.reopen()
    expect(await refusal()).toBe('ERR_CLOCK_JUMPED')
    ca.clock.jump(days(-2))
    await issue()
    await watchClock(ca.authority)
    expect(await kinds()).toEqual(['clock-held', 'clock-recovered'])
  })

  it('is believed after a stop of some days, and not after one of months', async () => {
    await issue()
    ca.clock.jump(days(20))
    await ca.reopen()
    await issue()
    ca.clock.jump(days(31))
    await ca.reopen()
    expect(await refusal()).toBe('ERR_CLOCK_JUMPED')
  })

  it('still gives the CA a certificate of its own, to be asked and told over', async () => {
    await issue()
    ca.clock.jump(days(2))
    const own = await issueCertificate(ca.authority, {
      request: parseCertificateRequest(await newRequest()),
      profile: 'ca-server',
      requester: { kind: 'ca-server' },
      facts: { caServer: { hosts: ca.authority.hosts } },
    })
    expect(own.validity.notBefore > new Date('2030-01-02T00:00:00Z')).toBe(true)
    expect(await refusal()).toBe('ERR_CLOCK_JUMPED')
  })
})

describe('an operator who accepts the clock', () => {
  it.each([
    ['behind', days(-100)],
    ['jumped', days(100)],
  ] as const)('makes the CA issue again by a clock that is %s', async (state, by) => {
    // Later than the issuers, which a CA would not start without.
    ca.clock.advance(days(200))
    const first = await issue()
    ca.clock.jump(by)
    await watchClock(ca.authority)
    const accepted = await acceptClock(ca.authority, 'root')
    expect(accepted).toMatchObject({
      decision: { state, by: Math.abs(by) },
      before: '2030-07-20T00:00:00.000Z',
      after: ca.clock.read().toISOString(),
    })
    const second = await issue()
    expect(second.validity.notBefore < first.validity.notBefore).toBe(state === 'behind')
    await ca.reopen()
    await issue()
    expect(await kinds()).toEqual(['clock-held', 'clock-accepted'])
    const [entry] = await ca.authority.store.read((reading) => reading.listLog(100))
    expect(entry?.kind).toBe('certificate-issued')
  })

  it('changes nothing while the clock is good', async () => {
    await issue()
    expect(await acceptClock(ca.authority, 'root')).toMatchObject({ decision: { state: 'good' } })
    expect(await kinds()).toEqual([])
  })

  it('can ask by how much it is off', async () => {
    await issue()
    ca.clock.jump(days(2))
    expect(await statusOfClock(ca.authority)).toEqual({
      state: 'jumped',
      by: '2d 0h',
      now: '2030-01-03T00:00:00.000Z',
      believedAt: '2030-01-01T00:00:00.000Z',
    })
  })
})
