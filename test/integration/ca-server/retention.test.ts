import Database from 'better-sqlite3'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { days, hours } from '@easycerts/shared/time'
import { issueNodeCertificate } from '../../../apps/ca-server/src/authority/index.ts'
import { retention } from '../../../apps/ca-server/src/maintenance/index.ts'
import {
  confirmAs,
  joinedNode,
  renewAs,
  requesterOf,
  takeTicketOf,
} from '../../support/in-process-nodes.ts'
import { newRequest, openTestAuthority, type TestAuthority } from '../../support/test-authority.ts'

let ca: TestAuthority
beforeEach(async () => {
  ca = await openTestAuthority()
})
afterEach(() => ca.dispose())

const PERIOD = days(90)
const SETTINGS = { expiredCertificates: PERIOD, endedIdentities: PERIOD, endedTickets: PERIOD }

const archive = async (took = 1): Promise<void> => {
  let now = 0
  const task = retention({
    authority: ca.authority,
    settings: SETTINGS,
    monotonic: () => (now += took),
    sleep: () => Promise.resolve(),
    isStopped: () => false,
  })
  await task.run()
  expect(task.dueAt()).toEqual(new Date(ca.clock.read().getTime() + hours(1)))
}

const count = (table: string): number => {
  const database = new Database(join(ca.directory, 'easycerts.db'), { readonly: true })
  const { rows } = database.prepare(`SELECT count(*) AS rows FROM ${table}`).get() as {
    rows: number
  }
  database.close()
  return rows
}

const entriesOf = async (kind: string) =>
  (await ca.authority.store.read((reading) => reading.searchLog({ kind, limit: 100 }))).entries

describe('retention', () => {
  it('leaves everything where it is until its time has come', async () => {
    await joinedNode(ca, 'worker-1')
    ca.clock.advance(days(30 + 89))
    const before = count('certificates')
    await archive()
    expect([count('certificates'), count('archived_certificates')]).toEqual([before, 0])
  })

  it('moves expired certificates whole, with an entry in the log', async () => {
    const node = await joinedNode(ca, 'worker-1')
    for (let index = 0; index < 5; index++)
      await issueNodeCertificate(ca.authority, await requesterOf(ca, node), {
        profile: 'kubelet-client',
        csr: await newRequest(),
      })
    const before = count('certificates')
    ca.clock.advance(days(30 + 91))
    await archive()
    expect(count('certificates')).toBe(0)
    expect(count('archived_certificates')).toBe(before)
    const database = new Database(join(ca.directory, 'easycerts.db'), { readonly: true })
    const kept = database
      .prepare(
        `SELECT count(*) AS rows FROM archived_certificates WHERE node = 'worker-1' AND length(der) > 200`,
      )
      .get()
    database.close()
    expect(kept).toEqual({ rows: 6 })
    const [entry] = await entriesOf('certificates-archived')
    expect(entry?.body).toMatchObject({ rows: before })
    expect(entry?.changes).toHaveLength(2 * before)
  })

  it('keeps the identity that counts, and archives those that ended', async () => {
    const first = await joinedNode(ca, 'worker-1')
    const second = await renewAs(ca, first)
    await confirmAs(ca, second)
    ca.clock.advance(days(30 + 91))
    await archive()
    expect([count('identities'), count('archived_identities')]).toEqual([1, 1])
    const current = await ca.authority.store.read((reading) =>
      reading.findIdentityOfNode('worker-1', 'current'),
    )
    expect(current?.fingerprint).toBe(second.fingerprint)
  })

  it('archives tickets once no identity on record came by them', async () => {
    await takeTicketOf(ca, 'worker-9')
    await joinedNode(ca, 'worker-1')
    ca.clock.advance(days(91))
    await archive()
    // The one of the node that joined is still referred to.
    expect([count('tickets'), count('archived_tickets')]).toEqual([1, 1])
  })

  it('makes a batch that took long smaller, and goes on until nothing is left', async () => {
    const node = await joinedNode(ca, 'worker-1')
    for (let index = 0; index < 60; index++)
      await issueNodeCertificate(ca.authority, await requesterOf(ca, node), {
        profile: 'kubelet-client',
        csr: await newRequest(),
      })
    ca.clock.advance(days(30 + 91))
    await archive(1000)
    expect(count('certificates')).toBe(0)
    const sizes = (await entriesOf('certificates-archived'))
      .map(({ body }) => Number(body['rows']))
      .toReversed()
    expect(sizes.slice(0, 5)).toEqual([20, 10, 5, 2, 1])
  })
})
