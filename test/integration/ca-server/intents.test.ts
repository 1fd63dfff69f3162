import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EasycertsError } from '@easycerts/shared/errors'
import { type ExportableKey, generateSigningKey } from '@easycerts/shared/key'
import { parseCertificatePem, parseCertificateRequest } from '@easycerts/shared/x509'
import { issueCertificate } from '../../../apps/ca-server/src/authority/index.ts'
import { type CaServerProcess, startCaServer } from '../../support/ca-server-process.ts'
import {
  connectAs,
  type Connection,
  type HeldTicket,
  type Identity,
  joinNode,
  joinWith,
  takeTicket,
} from '../../support/joiner.ts'
import { seededRandom } from '../../support/random.ts'
import { newRequest, openTestAuthority, type TestAuthority } from '../../support/test-authority.ts'
import { until } from '../../support/until.ts'

interface Row {
  readonly serial: string
  readonly state: string
  readonly der: Buffer | null
}

const rowsOf = (directory: string): Row[] => {
  const database = new Database(join(directory, 'easycerts.db'), { readonly: true })
  const rows = database.prepare('SELECT serial_number AS serial, state, der FROM certificates')
  const all = rows.all() as Row[]
  database.close()
  return all
}

describe('an issuance that was cut short', () => {
  let ca: TestAuthority
  beforeAll(async () => {
    ca = await openTestAuthority()
  })
  afterAll(() => ca.dispose())

  it('is found at the next start, told once, and never becomes a certificate', async () => {
    const cut = issueCertificate(ca.authority, {
      request: parseCertificateRequest(await newRequest()),
      profile: 'admin',
      requester: { kind: 'operator', name: 'root' },
      facts: { request: { user: 'jane', groups: [] } },
      withRecord: () => Promise.reject(new Error('the power went out')),
    })
    await expect(cut).rejects.toThrow('the power went out')
    expect(rowsOf(ca.directory)).toMatchObject([{ state: 'intended', der: null }])
    const [row] = rowsOf(ca.directory)
    const { abandoned } = await ca.reopen()
    expect(abandoned).toMatchObject([{ serialNumber: row?.serial, subject: 'CN=jane' }])
    expect(rowsOf(ca.directory)).toEqual([{ ...row, state: 'abandoned' }])
    await expect(ca.reopen()).resolves.toMatchObject({ abandoned: [] })
    await expect(
      ca.authority.store.transact((writing) =>
        writing.recordCertificate('cluster-g1', row?.serial as never, Buffer.of(1), 'now'),
      ),
    ).rejects.toMatchObject({ code: 'ERR_STORE_CORRUPT' })
  })
})

describe('an issuance that the key of its issuer refused', () => {
  let ca: TestAuthority
  beforeAll(async () => {
    ca = await openTestAuthority()
  })
  afterAll(() => ca.dispose())

  it('is abandoned at once, with a reason in the log, and no start finds it', async () => {
    const { cluster } = ca.authority.issuers
    const refuse = (): never => {
      throw new EasycertsError('ERR_PKCS11_UNAVAILABLE', 'the token is gone')
    }
    const issuers = {
      ...ca.authority.issuers,
      cluster: { ...cluster, key: { ...cluster.key, sign: refuse } },
    }
    const refused = issueCertificate(
      { ...ca.authority, issuers },
      {
        request: parseCertificateRequest(await newRequest()),
        profile: 'admin',
        requester: { kind: 'operator', name: 'root' },
        facts: { request: { user: 'jane', groups: [] } },
      },
    )
    await expect(refused).rejects.toMatchObject({ code: 'ERR_PKCS11_UNAVAILABLE' })
    const rows = rowsOf(ca.directory)
    expect(rows).toMatchObject([{ state: 'abandoned', der: null }])
    const [newest] = await ca.authority.store.read((reading) => reading.listLog(1))
    expect(newest).toMatchObject({
      kind: 'issuance-abandoned',
      body: {
        issuer: 'cluster-g1',
        serialNumbers: [rows[0]?.serial],
        reason: expect.stringContaining('the token is gone') as string,
      },
    })
    await expect(ca.reopen()).resolves.toMatchObject({ abandoned: [] })
  })
})

/** Few: `test/crash` kills far more often, at steps that it chooses. */
const ROUNDS = 8
const CALLERS = 6

describe('ca-server, killed while it issues', () => {
  let server: CaServerProcess
  let nodes: Identity[]
  beforeAll(async () => {
    server = await startCaServer()
    const names = Array.from({ length: CALLERS }, (_, index) => `worker-${index}`)
    nodes = await Promise.all(names.map((name) => joinNode(server, name)))
  })
  afterAll(() => server.dispose())

  /** PEM of all that arrived. */
  const received: string[] = []

  const askUntilTheEnd = async (connection: Connection, csr: string): Promise<void> => {
    for (;;) {
      const answer = await connection
        .send('POST', '/v1/certificates', { profile: 'kubelet-client', csr })
        .catch(() => undefined)
      const pem = answer?.body['certificate']
      if (typeof pem !== 'string') return
      received.push(pem)
    }
  }

  it(`${ROUNDS} times, knows every certificate that anybody received, and loses no ticket`, async () => {
    const random = seededRandom(20_300_102)
    const csrs = await Promise.all(nodes.map(newRequest))
    const joins: { ticket: HeldTicket; key: ExportableKey; before: Identity | undefined }[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const ticket = await takeTicket(server, `late-${round}`)
      const key = await generateSigningKey('ecdsa-p256')
      const connections = await Promise.all(nodes.map((node) => connectAs(server, node)))
      const asking = Promise.all(
        connections.map((each, index) => askUntilTheEnd(each, csrs[index] ?? '')),
      )
      const enough = received.length + 1 + random() * 2 * CALLERS
      await until(() => received.length >= enough)
      const joining = joinWith(server, ticket, key).catch(() => undefined)
      await wait(random() * 15)
      await server.kill()
      joins.push({ ticket, key, before: await joining })
      await asking
      await server.start()
    }

    const rows = rowsOf(server.directory)
    const known = new Map(rows.map((row) => [row.serial, row]))
    expect(known.size).toBe(rows.length)
    expect(rows.filter(({ state }) => state === 'intended')).toEqual([])
    // Else the crashes fell where they hurt nobody, and this test proves little.
    expect(rows.some(({ state }) => state === 'abandoned')).toBe(true)
    expect(received.length).toBeGreaterThan(ROUNDS)
    for (const pem of [...received, ...joins.flatMap(({ before }) => before?.certificate ?? [])]) {
      const { serialNumber, der } = parseCertificatePem(pem)
      expect(known.get(serialNumber)).toMatchObject({ state: 'issued' })
      expect(known.get(serialNumber)?.der?.equals(der)).toBe(true)
    }
    for (const { ticket, key, before } of joins) {
      const again = await joinWith(server, ticket, key)
      expect(again.certificate).toBe(before?.certificate ?? again.certificate)
    }
  })
})
