import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ExportableKey, generateSigningKey } from '@easycerts/shared/key'
import { addDuration, days } from '@easycerts/shared/time'
import type { Certificate } from '@easycerts/shared/x509'
import {
  beginEpoch,
  createTicket,
  describeTicket,
} from '../../../apps/ca-server/src/authority/index.ts'
import { retention } from '../../../apps/ca-server/src/maintenance/index.ts'
import { verifyDatabase } from '../../../apps/ca-server/src/store/sqlite/index.ts'
import { confirmAs, joinBy, takeTicketOf } from '../../support/in-process-nodes.ts'
import { type HeldTicket, ticketWish } from '../../support/joiner.ts'
import { OPERATOR } from '../../support/requesters.ts'
import { tamper } from '../../support/tamper.ts'
import { openTestAuthority, type TestAuthority } from '../../support/test-authority.ts'
import { createTestIssuer } from '../../support/test-issuers.ts'
import { codeOfAsync } from '../../support/to-throw-code.ts'

let ca: TestAuthority
let ticket: HeldTicket
let key: ExportableKey
beforeEach(async () => {
  ca = await openTestAuthority()
  ticket = await takeTicketOf(ca, 'pool-{1..9}', { uses: 3 })
  key = await generateSigningKey('ecdsa-p256')
})
afterEach(() => ca.dispose())

const newKey = () => generateSigningKey('ecdsa-p256')
const joinAs = async (node: string): Promise<Certificate> =>
  joinBy(ca, ticket, await newKey(), node)
const databaseOf = () => join(ca.directory, 'easycerts.db')

const stateOf = async () => {
  const { ticket: row } = await describeTicket(ca.authority, ticket.id)
  return { taken: row.usesTaken, spentAt: row.spentAt }
}

const verify = () =>
  verifyDatabase(databaseOf(), {
    heads: [],
    withSignatures: false,
    shown: 10,
    onProgress: () => undefined,
  })

const archive = () => {
  const period = days(90)
  return retention({
    authority: ca.authority,
    settings: { expiredCertificates: period, endedIdentities: period, endedTickets: period },
    monotonic: () => 0,
    sleep: () => Promise.resolve(),
    isStopped: () => false,
  }).run()
}

describe('a use of a fleet’s ticket', () => {
  it('gives the same key the same answer until the confirmation, after a restart too', async () => {
    const first = await joinBy(ca, ticket, key, 'pool-1')
    await ca.reopen()
    const again = await joinBy(ca, ticket, key, 'pool-1')
    expect(again.fingerprint).toBe(first.fingerprint)
    await confirmAs(ca, again)
    expect(await codeOfAsync(joinBy(ca, ticket, key, 'pool-1'))).toBe('ERR_TICKET_SPENT')
    // A second run of the honest node is no alarm.
    expect(ca.authority.ticketAlarms.recent(ca.clock.read())).toEqual([])
  })

  it('that was cut short between intent and record is its key’s still, and nobody else’s', async () => {
    const { store } = ca.authority
    const failing = Object.create(ca.authority, {
      store: {
        value: {
          ...store,
          transact: (() => {
            let works = 0
            return (work: Parameters<typeof store.transact>[0]) =>
              ++works === 2 ? Promise.reject(new Error('power')) : store.transact(work)
          })(),
        },
      },
    }) as typeof ca.authority
    await expect(
      joinBy({ authority: failing, mutex: ca.mutex }, ticket, key, 'pool-1'),
    ).rejects.toThrow('power')
    await ca.reopen()
    expect(await stateOf()).toEqual({ taken: 1, spentAt: null })
    expect(await codeOfAsync(joinAs('pool-1'))).toBe('ERR_TICKET_SPENT')
    await confirmAs(ca, await joinBy(ca, ticket, key, 'pool-1'))
    expect(await stateOf()).toEqual({ taken: 1, spentAt: null })
  })

  it('belongs to one name: the key gets no second one', async () => {
    await joinBy(ca, ticket, key, 'pool-1')
    expect(await codeOfAsync(joinBy(ca, ticket, key, 'pool-2'))).toBe('ERR_CSR_KEY_REJECTED')
    const { nodes } = await describeTicket(ca.authority, ticket.id)
    expect(nodes).toMatchObject([{ node: 'pool-1' }])
  })

  it('is the ticket’s last when all are confirmed, and not before', async () => {
    const identities = [await joinAs('pool-1'), await joinAs('pool-2'), await joinAs('pool-3')]
    const [first, second, third] = identities
    if (!first || !second || !third) throw new Error('nobody joined')
    await confirmAs(ca, first)
    await confirmAs(ca, second)
    expect(await stateOf()).toEqual({ taken: 3, spentAt: null })
    expect(await codeOfAsync(joinAs('pool-4'))).toBe('ERR_TICKET_SPENT')
    await confirmAs(ca, third)
    expect((await stateOf()).spentAt).toBe(ca.clock.read().toISOString())
  })

  it('ends with the restore of a backup: the ticket is revoked', async () => {
    await joinAs('pool-1')
    const { revokedTickets } = await beginEpoch({
      store: ca.authority.store,
      clock: ca.clock.read,
      operator: 'root',
      backupAt: ca.clock.read().toISOString(),
      reconcileFor: days(1),
    })
    expect(revokedTickets).toEqual([ticket.id])
    expect(await codeOfAsync(joinAs('pool-2'))).toBe('ERR_TICKET_REVOKED')
  })
})

describe('the records of a fleet’s ticket', () => {
  it('are as the log says, from the first use to the archive', async () => {
    await confirmAs(ca, await joinAs('pool-1'))
    await joinAs('pool-2')
    expect(await verify()).toMatchObject({ rows: { ticket_uses: 2 }, differenceCount: 0 })
    ca.clock.advance(days(30 + 91))
    await archive()
    // The node that is in keeps its identity, and with it the ticket that it came by.
    expect(await verify()).toMatchObject({ rows: { ticket_uses: 2 }, differenceCount: 0 })
  })

  it('go to the archive with the ticket once no identity speaks of it', async () => {
    await joinAs('pool-1')
    ca.clock.advance(days(30 + 91))
    await archive()
    expect(await verify()).toMatchObject({
      rows: { ticket_uses: 0, archived_ticket_uses: 1, tickets: 0, archived_tickets: 1 },
      differenceCount: 0,
    })
  })

  it.each([
    [`UPDATE ticket_uses SET key_pin = 'ab'`, 'ticket_uses'],
    [`DELETE FROM ticket_uses`, 'ticket_uses'],
    [`UPDATE tickets SET uses = 1000`, 'tickets'],
    [`UPDATE tickets SET node = 'pool-*'`, 'tickets'],
    [`UPDATE tickets SET required_key = NULL, uses = 4`, 'tickets'],
  ])('that somebody changed are found: %s', async (statement, table) => {
    await joinAs('pool-1')
    tamper(databaseOf(), statement)
    const { differences } = await verify()
    expect(differences.map((each) => each.table)).toEqual([table])
  })
})

describe('the pins of a ticket', () => {
  it('name every enrolment issuer that is still good, the one that signs first', async () => {
    const { authority } = ca
    const prepared = await createTestIssuer('enrolment', {
      notBefore: addDuration(ca.clock.read(), 0 - days(1)),
      notAfter: addDuration(ca.clock.read(), days(3650)),
    })
    const ended = await createTestIssuer('enrolment', {
      notBefore: addDuration(ca.clock.read(), 0 - days(2)),
      notAfter: addDuration(ca.clock.read(), 0 - days(1)),
    })
    for (const [index, issuer] of [prepared, ended].entries())
      await authority.store.transact(async (writing) => {
        await writing.addIssuer({
          id: `enrolment-g${index + 2}`,
          purpose: 'enrolment',
          certificate: issuer.certificate.der,
          pin: issuer.pin,
          chain: '',
          keyLocation: 'file',
        })
        const entry = { kind: 'issuer-installed', actor: 'operator root', body: {} }
        await writing.appendLog({ ...entry, at: ca.clock.read().toISOString(), origin: null })
      })
    const { publicKey, ...rest } = ticketWish('worker-1')
    const wish = {
      ...rest,
      role: 'worker' as const,
      publicKey: Buffer.from(publicKey, 'base64url'),
    }
    const { pins } = await createTicket(authority, OPERATOR, wish)
    expect(pins).toEqual([authority.issuers.enrolment.pin, prepared.pin])
  })
})
