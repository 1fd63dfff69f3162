import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { days, hours, minutes, seconds } from '@easycerts/shared/time'
import type { Certificate } from '@easycerts/shared/x509'
import { serverChecks } from '../../../apps/ca-server/src/health/index.ts'
import type { IdentityAlarm } from '../../../apps/ca-server/src/authority/index.ts'
import { confirmAs, joinedNode, renewAs, requesterOf } from '../../support/in-process-nodes.ts'
import { openTestAuthority, type TestAuthority } from '../../support/test-authority.ts'
import { codeOfAsync } from '../../support/to-throw-code.ts'

let ca: TestAuthority
let alarms: IdentityAlarm[]
const listen = (): void =>
  ca.authority.events.listen({ identityAlarmed: (alarm) => alarms.push(alarm) })
beforeEach(async () => {
  ca = await openTestAuthority()
  alarms = []
  listen()
})
afterEach(() => ca.dispose())

const codeOf = (shown: Certificate) => codeOfAsync(requesterOf(ca, shown))

const renewed = async (): Promise<{ old: Certificate; current: Certificate }> => {
  const old = await joinedNode(ca, 'worker-1')
  const current = await renewAs(ca, old)
  await confirmAs(ca, current)
  return { old, current }
}

const forksInLog = (): Promise<number> =>
  ca.authority.store.read(
    async (reading) =>
      (await reading.searchLog({ kind: 'identity-forked', limit: 100 })).entries.length,
  )

describe('a retired identity', () => {
  it('is refused without an alarm within ten minutes', async () => {
    const { old, current } = await renewed()
    ca.clock.advance(minutes(10) - seconds(1))
    expect(await codeOf(old)).toBe('ERR_IDENTITY_SUPERSEDED')
    await expect(requesterOf(ca, current)).resolves.toMatchObject({
      identity: { state: 'current' },
    })
    expect(alarms).toEqual([])
  })

  it('freezes both branches from then on, and says so once, everywhere', async () => {
    const { old, current } = await renewed()
    const pending = await renewAs(ca, current)
    ca.clock.advance(minutes(10))
    for (const shown of [old, current, pending, old])
      expect(await codeOf(shown)).toBe('ERR_IDENTITY_FORKED')
    expect(alarms).toEqual([{ kind: 'forked', node: 'worker-1', fingerprint: old.fingerprint }])
    expect(await forksInLog()).toBe(1)
    const checks = serverChecks({
      authority: ca.authority,
      directory: ca.directory,
    } as unknown as Parameters<typeof serverChecks>[0])
    await expect(checks.find(({ name }) => name === 'identities')?.look()).resolves.toMatchObject({
      isOk: false,
      detail: expect.stringContaining('worker-1') as string,
    })
  })

  it('freezes once, however many show it at the same moment', async () => {
    const { old } = await renewed()
    ca.clock.advance(hours(1))
    const codes = await Promise.all(Array.from({ length: 20 }, () => codeOf(old)))
    expect(new Set(codes)).toEqual(new Set(['ERR_IDENTITY_FORKED']))
    expect(await forksInLog()).toBe(1)
    expect(alarms).toHaveLength(1)
  })

  it('freezes nobody once it has expired', async () => {
    const { old, current } = await renewed()
    let newest = current
    for (let renewal = 0; renewal < 2; renewal++) {
      ca.clock.advance(days(20))
      newest = await renewAs(ca, newest)
      await confirmAs(ca, newest)
    }
    expect(await codeOf(old)).toBe('ERR_IDENTITY_SUPERSEDED')
    await expect(requesterOf(ca, newest)).resolves.toMatchObject({ identity: { state: 'current' } })
  })

  it('freezes nobody where the wall clock jumped a moment after the confirmation', async () => {
    const { old, current } = await renewed()
    ca.clock.jump(hours(1))
    expect(await codeOf(old)).toBe('ERR_IDENTITY_SUPERSEDED')
    await expect(requesterOf(ca, current)).resolves.toMatchObject({
      identity: { state: 'current' },
    })
  })

  it('freezes nobody while the clock is not believed, after a restart too', async () => {
    const { old, current } = await renewed()
    ca.clock.jump(hours(7))
    expect(await codeOf(old)).toBe('ERR_IDENTITY_SUPERSEDED')
    await ca.reopen()
    listen()
    ca.clock.jump(0 - hours(7) - minutes(5))
    expect(await codeOf(old)).toBe('ERR_IDENTITY_SUPERSEDED')
    ca.clock.jump(minutes(5))
    await expect(requesterOf(ca, current)).resolves.toMatchObject({
      identity: { state: 'current' },
    })
    expect(alarms).toEqual([])
  })

  it('freezes after a restart as before it', async () => {
    const { old, current } = await renewed()
    await ca.reopen()
    listen()
    ca.clock.advance(minutes(11))
    expect(await codeOf(old)).toBe('ERR_IDENTITY_FORKED')
    await ca.reopen()
    expect(await codeOf(current)).toBe('ERR_IDENTITY_FORKED')
  })
})

describe('a pending identity that another key has superseded', () => {
  it('proves a second holder too: both asked with the same identity', async () => {
    const shared = await joinedNode(ca, 'worker-1')
    const first = await renewAs(ca, shared)
    const second = await renewAs(ca, shared)
    await confirmAs(ca, second)
    expect(await codeOf(first)).toBe('ERR_IDENTITY_SUPERSEDED')
    ca.clock.advance(minutes(10))
    expect(await codeOf(first)).toBe('ERR_IDENTITY_FORKED')
    expect(await codeOf(second)).toBe('ERR_IDENTITY_FORKED')
  })
})
