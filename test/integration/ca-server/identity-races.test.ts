import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ExportableKey, generateSigningKey } from '@easycerts/shared/key'
import { days, hours, minutes } from '@easycerts/shared/time'
import type { Certificate } from '@easycerts/shared/x509'
import {
  identifyNode,
  issueNodeCertificate,
  type NodeRequester,
  renewIdentity,
  type Store,
} from '../../../apps/ca-server/src/authority/index.ts'
import {
  confirmAs,
  joinBy as joinByTicket,
  joinedNode,
  requesterOf as requesterOfCertificate,
  takeTicketOf,
} from '../../support/in-process-nodes.ts'
import type { HeldTicket } from '../../support/joiner.ts'
import { newRequest, openTestAuthority, type TestAuthority } from '../../support/test-authority.ts'
import { codeOfAsync } from '../../support/to-throw-code.ts'

let ca: TestAuthority
beforeAll(async () => {
  ca = await openTestAuthority()
})
afterAll(() => ca.dispose())

const take = (node: string, more: Record<string, unknown> = {}): Promise<HeldTicket> =>
  takeTicketOf(ca, node, more)

const joinBy = (ticket: HeldTicket, key: ExportableKey): Promise<Certificate> =>
  joinByTicket(ca, ticket, key)

const requesterOf = (certificate: Certificate): Promise<NodeRequester> =>
  requesterOfCertificate(ca, certificate)

const confirm = (certificate: Certificate): Promise<void> => confirmAs(ca, certificate)

const joined = async (node: string): Promise<NodeRequester> =>
  requesterOf(await joinedNode(ca, node))

const renew = async (requester: NodeRequester): Promise<Certificate> =>
  renewIdentity(ca.authority, ca.mutex, requester, await newRequest())

describe('an identity that was retired after it was looked up', () => {
  it('gets no successor and no certificate any more', async () => {
    const stale = await joined('worker-1')
    await confirm(await renew(stale))
    expect(stale.identity.state).toBe('current')
    const row = await ca.authority.store.read((reading) =>
      reading.findIdentity(stale.identity.fingerprint),
    )
    expect(row?.state).toBe('retired')
    expect(await codeOfAsync(renew(stale))).toBe('ERR_IDENTITY_SUPERSEDED')
    expect(
      await codeOfAsync(
        issueNodeCertificate(ca.authority, stale, {
          profile: 'kubelet-client',
          csr: await newRequest(),
        }),
      ),
    ).toBe('ERR_IDENTITY_SUPERSEDED')
  })

  it('gets a successor that is worth nothing if it was retired during the signature', async () => {
    const old = await joined('worker-2')
    const replacement = await joinBy(
      await take('worker-2', { replace: true }),
      await generateSigningKey('ecdsa-p256'),
    )
    const { store } = ca.authority
    let isIntended = false
    const transact: Store['transact'] = async (work) => {
      const result = await store.transact(work)
      if (!isIntended) await confirm(replacement)
      isIntended = true
      return result
    }
    const slow = { ...ca.authority, store: { ...store, transact } }
    const late = await renewIdentity(slow, ca.mutex, old, await newRequest())
    expect(await codeOfAsync(confirm(late))).toBe('ERR_IDENTITY_SUPERSEDED')
    await expect(requesterOf(replacement)).resolves.toMatchObject({
      identity: { state: 'current' },
    })
  })
})

describe('a ticket and the time', () => {
  it('joins nobody once it has expired', async () => {
    const ticket = await take('worker-3', { ttl: '10m' })
    ca.clock.advance(minutes(10))
    const key = await generateSigningKey('ecdsa-p256')
    expect(await codeOfAsync(joinBy(ticket, key))).toBe('ERR_TICKET_EXPIRED')
  })

  it('that was used in time lets its key finish later', async () => {
    const ticket = await take('worker-4', { ttl: '10m' })
    const key = await generateSigningKey('ecdsa-p256')
    const first = await joinBy(ticket, key)
    ca.clock.advance(hours(1))
    expect((await joinBy(ticket, key)).der.equals(first.der)).toBe(true)
    await confirm(first)
  })

  it('never answers with an identity that has expired', async () => {
    const ticket = await take('worker-5', { ttl: '24h' })
    const key = await generateSigningKey('ecdsa-p256')
    await joinBy(ticket, key)
    ca.clock.advance(days(31))
    expect(await codeOfAsync(joinBy(ticket, key))).toBe('ERR_TICKET_EXPIRED')
  })

  it('lets an expired identity do nothing', async () => {
    const { identity } = await joined('worker-6')
    ca.clock.advance(days(31))
    expect(await codeOfAsync(identifyNode(ca.authority, identity.fingerprint))).toBe(
      'ERR_CERTIFICATE_EXPIRED',
    )
  })
})
