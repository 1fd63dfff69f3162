import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ExportableKey, generateSigningKey } from '@easycerts/shared/key'
import { days, hours, minutes } from '@easycerts/shared/time'
import { buildCertificateRequest } from '@easycerts/shared/x509'
import {
  type AbsenceBounds,
  type IdentityAlarm,
  quarantineNode,
  removeNode,
  renewIdentity,
  revokeCertificates,
  type RevocationChannels,
} from '../../../apps/ca-server/src/authority/index.ts'
import { confirmAs, joinBy, requesterOf, takeTicketOf } from '../../support/in-process-nodes.ts'
import { OPERATOR } from '../../support/requesters.ts'
import { type HeldIdentity, returnAs } from '../../support/returning-node.ts'
import { openTestAuthority, type TestAuthority } from '../../support/test-authority.ts'
import { codeOfAsync } from '../../support/to-throw-code.ts'

let ca: TestAuthority
let alarms: IdentityAlarm[]
beforeEach(async () => {
  ca = await openTestAuthority()
  alarms = []
  ca.authority.events.listen({ identityAlarmed: (alarm) => alarms.push(alarm) })
})
afterEach(() => ca.dispose())

const channels: RevocationChannels = {
  crls: {
    publishChanges: () => Promise.resolve(undefined),
    current: () => undefined,
  } as unknown as RevocationChannels['crls'],
  ocsp: { forget: () => undefined } as unknown as RevocationChannels['ocsp'],
  disconnect: () => undefined,
}

const newKey = (): Promise<ExportableKey> => generateSigningKey('ecdsa-p256')

const joined = async (node: string, more: Record<string, unknown> = {}): Promise<HeldIdentity> => {
  const key = await newKey()
  const certificate = await joinBy(ca, await takeTicketOf(ca, node, more), key)
  await confirmAs(ca, certificate)
  return { key, certificate }
}

/** A successor that the server has given; not confirmed. */
const renewed = async ({ certificate }: HeldIdentity): Promise<HeldIdentity> => {
  const key = await newKey()
  const requester = await requesterOf(ca, certificate)
  const csr = buildCertificateRequest(key)
  return { key, certificate: await renewIdentity(ca.authority, ca.mutex, requester, csr) }
}

/** Its identity lives 30 days: away for so many days beyond its end. */
const stayAway = (beyond: number): void => ca.clock.advance(days(30) + beyond)

const permit = (absence: AbsenceBounds): void =>
  ca.authority.policy.replace({ ...ca.authority.policy.current(), absence })

const kindsInLog = async (): Promise<string[]> =>
  ca.authority.store.read(async (reading) => (await reading.listLog(1000)).map(({ kind }) => kind))

describe('a node that was away beyond the end of its identity', () => {
  it('comes back by its expired key, and confirms like any renewal', async () => {
    const old = await joined('worker-1')
    stayAway(days(20))
    expect(await codeOfAsync(requesterOf(ca, old.certificate))).toBe('ERR_CERTIFICATE_EXPIRED')
    const back = await returnAs(ca, old)
    await confirmAs(ca, back.certificate)
    await expect(requesterOf(ca, back.certificate)).resolves.toMatchObject({
      node: { name: 'worker-1' },
      identity: { state: 'current' },
    })
    expect(await kindsInLog()).toContain('identity-returned')
    expect(alarms).toEqual([])
  })

  it('gets the same answer again for the same key, however often the answer is lost', async () => {
    const old = await joined('worker-1')
    stayAway(days(1))
    const key = await newKey()
    const first = await returnAs(ca, old, key)
    for (let time = 0; time < 5; time++) {
      const again = await returnAs(ca, old, key)
      expect(again.certificate.der.equals(first.certificate.der)).toBe(true)
    }
    await confirmAs(ca, first.certificate)
  })

  it('comes back with a successor that it switched to and never came to confirm', async () => {
    const old = await joined('worker-1')
    const switched = await renewed(old)
    stayAway(days(1))
    const key = await newKey()
    const back = await returnAs(ca, switched, key)
    // The answer was lost, and it asks again with what it has.
    expect((await returnAs(ca, switched, key)).certificate.der.equals(back.certificate.der)).toBe(
      true,
    )
    await confirmAs(ca, back.certificate)
    await expect(requesterOf(ca, back.certificate)).resolves.toBeDefined()
  })

  it('comes back although a successor that it had asked for has expired with it', async () => {
    const old = await joined('worker-1')
    const asked = await renewed(old)
    stayAway(days(2))
    const back = await returnAs(ca, old, asked.key)
    expect(back.certificate.validity.notAfter > ca.clock.read()).toBe(true)
    await confirmAs(ca, back.certificate)
  })
})

describe('a return is refused', () => {
  it.each([
    ['beyond the bound', days(31), 'ERR_RETURN_REFUSED'],
    ['before the identity has expired', 0 - days(1), 'ERR_RETURN_REFUSED'],
  ] as const)('%s', async (_title, beyond, code) => {
    const old = await joined('worker-1')
    stayAway(beyond)
    expect(await codeOfAsync(returnAs(ca, old))).toBe(code)
  })

  it('to a master, unless the configuration says otherwise', async () => {
    const master = await joined('master-1', { role: 'master' })
    stayAway(days(1))
    expect(await codeOfAsync(returnAs(ca, master))).toBe('ERR_RETURN_REFUSED')
    permit({ worker: null, master: days(2) })
    await expect(returnAs(ca, master)).resolves.toBeDefined()
  })

  it('where the operator has turned it off', async () => {
    const old = await joined('worker-1')
    permit({ worker: null, master: null })
    stayAway(days(1))
    expect(await codeOfAsync(returnAs(ca, old))).toBe('ERR_RETURN_REFUSED')
  })

  it('with another key than that of the identity', async () => {
    const old = await joined('worker-1')
    stayAway(days(1))
    const guess = { key: await newKey(), certificate: old.certificate }
    expect(await codeOfAsync(returnAs(ca, guess))).toBe('ERR_RETURN_PROOF_INVALID')
  })

  it('to an identity that another CA issued', async () => {
    const other = await openTestAuthority()
    const key = await newKey()
    const certificate = await joinBy(other, await takeTicketOf(other, 'worker-1'), key)
    await other.dispose()
    expect(await codeOfAsync(returnAs(ca, { key, certificate }))).toBe('ERR_IDENTITY_UNKNOWN')
  })

  it('after a quarantine, a removal, and a revocation of whatever is left to revoke', async () => {
    const identities = {
      quarantined: await joined('quarantined'),
      removed: await joined('removed'),
      'revoked-node': await joined('revoked-node'),
      'revoked-identity': await joined('revoked-identity'),
    }
    stayAway(days(1))
    await quarantineNode(ca.authority, { operator: OPERATOR, node: 'quarantined', reason: 'x' })
    await removeNode(ca.authority, channels, { operator: OPERATOR, node: 'removed', reason: 'x' })
    const revoke = (target: Parameters<typeof revokeCertificates>[2]['target']) =>
      revokeCertificates(ca.authority, channels, {
        target,
        reason: 'keyCompromise',
        actor: 'operator root',
      })
    await revoke({ kind: 'node', node: 'revoked-node' })
    await revoke({ kind: 'identity', identity: 'revoked-identity' })
    const codes = await Promise.all(
      Object.values(identities).map((held) => codeOfAsync(returnAs(ca, held))),
    )
    expect(codes).toEqual([
      'ERR_NODE_QUARANTINED',
      'ERR_NODE_REMOVED',
      'ERR_IDENTITY_REVOKED',
      'ERR_IDENTITY_REVOKED',
    ])
  })

  it('while the clock of the CA is not believed', async () => {
    const old = await joined('worker-1')
    ca.clock.jump(days(31))
    expect(await codeOfAsync(returnAs(ca, old))).toBe('ERR_CLOCK_JUMPED')
  })
})

describe('an expired identity whose place is taken', () => {
  it('alarms once an hour, and freezes nobody', async () => {
    const old = await joined('worker-1')
    stayAway(days(1))
    const back = await returnAs(ca, old)
    await confirmAs(ca, back.certificate)
    expect(await codeOfAsync(returnAs(ca, old))).toBe('ERR_IDENTITY_SUPERSEDED')
    expect(alarms).toEqual([])
    ca.clock.advance(minutes(11))
    for (let time = 0; time < 3; time++)
      expect(await codeOfAsync(returnAs(ca, old))).toBe('ERR_IDENTITY_SUPERSEDED')
    expect(alarms).toHaveLength(1)
    expect(alarms[0]).toMatchObject({ kind: 'return-contested', node: 'worker-1' })
    ca.clock.advance(hours(1))
    await codeOfAsync(returnAs(ca, old))
    expect((await kindsInLog()).filter((kind) => kind === 'return-contested')).toHaveLength(2)
    await expect(requesterOf(ca, back.certificate)).resolves.toBeDefined()
  })
})
