import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { randomBytes } from 'node:crypto'
import { Secret } from '@easycerts/shared/encoding'
import { generateSigningKey } from '@easycerts/shared/key'
import { ticketPublicKey } from '@easycerts/shared/ticket'
import { hours, minutes } from '@easycerts/shared/time'
import type { Certificate } from '@easycerts/shared/x509'
import {
  describeNode,
  issueNodeCertificate,
  type NodeRow,
  quarantineNode,
  recoverNode,
  removeNode,
  type RevocationChannels,
  revokeCertificates,
  type ShutOut,
} from '../../../apps/ca-server/src/authority/index.ts'
import {
  confirmAs,
  joinBy,
  joinedNode,
  renewAs,
  requesterOf,
  takeTicketOf,
} from '../../support/in-process-nodes.ts'
import type { HeldTicket } from '../../support/joiner.ts'
import { OPERATOR, OPERATOR_CERTIFICATE } from '../../support/requesters.ts'
import { newRequest, openTestAuthority, type TestAuthority } from '../../support/test-authority.ts'
import { codeOfAsync } from '../../support/to-throw-code.ts'

let ca: TestAuthority
const shutOuts: ShutOut[] = []
beforeAll(async () => {
  ca = await openTestAuthority()
  ca.authority.events.listen({ shutOut: (event) => shutOuts.push(event) })
})
afterAll(() => ca.dispose())

let count = 0
const nextName = (): string => `worker-${++count}`

/** Nobody reads CRLs here. */
const channels: RevocationChannels = {
  crls: {
    publishChanges: () => Promise.resolve(undefined),
    current: () => undefined,
  } as unknown as RevocationChannels['crls'],
  ocsp: { forget: () => undefined } as unknown as RevocationChannels['ocsp'],
  disconnect: () => undefined,
}

const quarantine = (node: string, operator: typeof OPERATOR = OPERATOR) =>
  quarantineNode(ca.authority, { operator, node, reason: 'strange traffic' })

const recover = async (node: string, operator = OPERATOR): Promise<HeldTicket> => {
  const seed = new Secret(randomBytes(32))
  const wish = { operator, node, ttl: '1h', publicKey: ticketPublicKey(seed) }
  const { id, pins } = await recoverNode(ca.authority, wish)
  return { id, pins, seed }
}

const remove = (node: string, operator = OPERATOR) =>
  removeNode(ca.authority, channels, { operator, node, reason: 'sold' })

const recordOf = async (node: string): Promise<NodeRow | undefined> =>
  ca.authority.store.read((reading) => reading.findNode(node))

const issueFor = async (certificate: Certificate) =>
  issueNodeCertificate(ca.authority, await requesterOf(ca, certificate), {
    profile: 'kubelet-client',
    csr: await newRequest(),
  })

const rejoin = async (ticket: HeldTicket): Promise<Certificate> => {
  const certificate = await joinBy(ca, ticket, await generateSigningKey('ecdsa-p256'))
  await confirmAs(ca, certificate)
  return certificate
}

const kindsOf = async (node: string): Promise<string[]> =>
  (await describeNode(ca.authority, node)).events.map(({ kind }) => kind)

describe('a node in quarantine', () => {
  it('gets nothing any more, says why and since when, and keeps what it holds', async () => {
    const name = nextName()
    const current = await joinedNode(ca, name)
    const leaf = await issueFor(current)
    const pending = await renewAs(ca, current)
    const outcome = await quarantine(name)
    expect(outcome).toMatchObject({
      wasQuarantined: false,
      runsUntil: leaf.validity.notAfter.toISOString(),
    })
    for (const shown of [current, pending])
      expect(await codeOfAsync(requesterOf(ca, shown))).toBe('ERR_NODE_QUARANTINED')
    expect(await recordOf(name)).toMatchObject({
      state: 'quarantined',
      stateReason: 'strange traffic',
      stateSince: ca.clock.read().toISOString(),
    })
    expect(shutOuts.at(-1)).toMatchObject({
      node: name,
      state: 'quarantined',
      fingerprints: expect.arrayContaining([current.fingerprint, pending.fingerprint]) as string[],
    })
    expect(await kindsOf(name)).toContain('node-quarantined')
  })

  it('stays as it was when it is quarantined again', async () => {
    const name = nextName()
    await joinedNode(ca, name)
    await quarantine(name)
    const before = await recordOf(name)
    ca.clock.advance(minutes(5))
    await expect(quarantine(name)).resolves.toMatchObject({ wasQuarantined: true })
    expect(await recordOf(name)).toEqual(before)
  })

  it('joins by no ticket of before, and none but a recovery makes one', async () => {
    const name = nextName()
    await joinedNode(ca, name)
    const open = await takeTicketOf(ca, name, { replace: true })
    const bound = await takeTicketOf(ca, name, { replace: true })
    const arrived = await joinBy(ca, bound, await generateSigningKey('ecdsa-p256'))
    await expect(quarantine(name)).resolves.toMatchObject({
      tickets: expect.arrayContaining([open.id, bound.id]) as string[],
    })
    expect(await codeOfAsync(rejoin(open))).toBe('ERR_TICKET_REVOKED')
    expect(await codeOfAsync(confirmAs(ca, arrived))).toBe('ERR_NODE_QUARANTINED')
    expect(await codeOfAsync(takeTicketOf(ca, name, { replace: true }))).toBe(
      'ERR_NODE_QUARANTINED',
    )
  })

  it('gets nothing of what was being signed for it', async () => {
    const name = nextName()
    const requester = await requesterOf(ca, await joinedNode(ca, name))
    const { store } = ca.authority
    let isIntended = false
    const slow = {
      ...ca.authority,
      store: {
        ...store,
        transact: (async (work) => {
          const result = await store.transact(work)
          if (!isIntended) await quarantine(name)
          isIntended = true
          return result
        }) as typeof store.transact,
      },
    }
    const wish = { profile: 'kubelet-client', csr: await newRequest() }
    expect(await codeOfAsync(issueNodeCertificate(slow, requester, wish))).toBe(
      'ERR_NODE_QUARANTINED',
    )
  })

  it('that is unknown or removed cannot be quarantined', async () => {
    expect(await codeOfAsync(quarantine('nobody'))).toBe('ERR_NODE_UNKNOWN')
    const name = nextName()
    await joinedNode(ca, name)
    await remove(name)
    expect(await codeOfAsync(quarantine(name))).toBe('ERR_NODE_REMOVED')
  })
})

describe('a recovery', () => {
  it('gives the node a new key by a ticket, and nothing of before works again', async () => {
    const name = nextName()
    const old = await joinedNode(ca, name)
    await quarantine(name)
    const fresh = await rejoin(await recover(name))
    await expect(issueFor(fresh)).resolves.toBeDefined()
    expect(await codeOfAsync(requesterOf(ca, old))).toBe('ERR_IDENTITY_SUPERSEDED')
    expect(await recordOf(name)).toMatchObject({ state: 'joined', stateReason: null })
  })

  it('leaves nobody with an old key who could freeze the node', async () => {
    const name = nextName()
    const first = await joinedNode(ca, name)
    const second = await renewAs(ca, first)
    await confirmAs(ca, second)
    ca.clock.advance(minutes(11))
    expect(await codeOfAsync(requesterOf(ca, first))).toBe('ERR_IDENTITY_FORKED')
    const fresh = await rejoin(await recover(name))
    ca.clock.advance(hours(1))
    for (const old of [first, second])
      expect(await codeOfAsync(requesterOf(ca, old))).toBe('ERR_IDENTITY_SUPERSEDED')
    await expect(requesterOf(ca, fresh)).resolves.toMatchObject({ node: { name } })
  })

  it('is for nodes that are shut out', async () => {
    const name = nextName()
    await joinedNode(ca, name)
    expect(await codeOfAsync(recover(name))).toBe('ERR_USAGE')
    expect(await codeOfAsync(recover('nobody'))).toBe('ERR_NODE_UNKNOWN')
  })
})

describe('a node that was removed', () => {
  it('has lost everything at once, and its name is free for a ticket of later', async () => {
    const name = nextName()
    const old = await joinedNode(ca, name)
    const leaf = await issueFor(old)
    const before = await takeTicketOf(ca, name, { replace: true })
    const { revoked, tickets } = await remove(name)
    expect(revoked.map(({ certificate }) => certificate.serialNumber).toSorted()).toEqual(
      [old.serialNumber, leaf.serialNumber].toSorted(),
    )
    expect(tickets).toEqual([before.id])
    expect(await codeOfAsync(requesterOf(ca, old))).toBe('ERR_NODE_REMOVED')
    expect(await codeOfAsync(rejoin(before))).toBe('ERR_TICKET_REVOKED')
    expect(await recordOf(name)).toMatchObject({ state: 'removed', hosts: [], stateReason: 'sold' })
    expect(await kindsOf(name)).toContain('node-removed')

    ca.clock.advance(minutes(1))
    const fresh = await rejoin(await takeTicketOf(ca, name))
    await expect(issueFor(fresh)).resolves.toBeDefined()
    expect(await codeOfAsync(requesterOf(ca, old))).toBe('ERR_IDENTITY_REVOKED')
  })

  it('stays removed when it is removed again', async () => {
    const name = nextName()
    await joinedNode(ca, name)
    await remove(name)
    const before = await recordOf(name)
    ca.clock.advance(minutes(1))
    await remove(name)
    expect(await recordOf(name)).toEqual(before)
  })

  it('holds the addresses of a master no more', async () => {
    await rejoin(await takeTicketOf(ca, 'master-9', { role: 'master', hosts: ['10.0.0.99'] }))
    const wish = { hosts: ['10.0.0.99'] }
    expect(await codeOfAsync(takeTicketOf(ca, nextName(), wish))).toBe('ERR_NAME_RESERVED')
    await remove('master-9')
    await expect(takeTicketOf(ca, nextName(), wish)).resolves.toBeDefined()
  })
})

describe('an operator certificate', () => {
  it('takes no access of a master away, and gives none', async () => {
    const master = await rejoin(await takeTicketOf(ca, 'master-1', { role: 'master' }))
    const asCertificate = OPERATOR_CERTIFICATE
    const revoke = (target: Parameters<typeof revokeCertificates>[2]['target']) =>
      revokeCertificates(ca.authority, channels, {
        target,
        reason: 'unspecified',
        actor: 'operator jane',
        operator: asCertificate,
      })
    for (const refused of [
      quarantine('master-1', asCertificate),
      remove('master-1', asCertificate),
      revoke({ kind: 'node', node: 'master-1' }),
      revoke({ kind: 'identity', identity: 'master-1' }),
      revoke({ kind: 'serial', serialNumber: master.serialNumber, issuer: undefined }),
    ])
      expect(await codeOfAsync(refused)).toBe('ERR_REQUESTER_NOT_PERMITTED')
    await quarantine('master-1')
    expect(await codeOfAsync(recover('master-1', asCertificate))).toBe(
      'ERR_REQUESTER_NOT_PERMITTED',
    )
    expect(await recordOf('master-1')).toMatchObject({ state: 'quarantined' })
  })

  it('may do all of it to workers', async () => {
    const name = nextName()
    await joinedNode(ca, name)
    const asCertificate = OPERATOR_CERTIFICATE
    await quarantine(name, asCertificate)
    await rejoin(await recover(name, asCertificate))
    await remove(name, asCertificate)
    expect(await recordOf(name)).toMatchObject({ state: 'removed' })
  })
})
