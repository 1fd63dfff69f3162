import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { openIdentityStore } from '@easycerts/adapters/identity-store'
import { openJoinSession } from '@easycerts/adapters/join-session'
import { openTrustStore } from '@easycerts/adapters/trust-store'
import { generateSigningKey } from '@easycerts/shared/key'
import { seconds } from '@easycerts/shared/time'
import type { SignedTrust } from '@easycerts/shared/trust'
import { parseCertificateRequest } from '@easycerts/shared/x509'
import { beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { obtainIdentity } from '../../apps/node-join/src/steps/obtain-identity.ts'
import {
  type Forged,
  forgeCa,
  forgeCertificate,
  forgeServer,
} from '../support/join/forge-certificate.ts'
import { type Received, startJoinListener } from '../support/join/join-listener.ts'
import { ticketFor } from '../support/join/ticket-for.ts'
import { CLUSTER } from '../support/sample-cluster.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { createTestLog, type TestLog } from '../support/test-log.ts'
import {
  certifyTrustKey,
  createTestTrust,
  type TestTrust,
  trustKeyEntry,
} from '../support/trust/test-trust.ts'

const PATIENCE = seconds(5)

let ca: Forged
let server: Forged
let log: TestLog
beforeAll(async () => {
  ca = await forgeCa('easycerts enrolment g1')
  server = await forgeServer(ca)
  log = await createTestLog()
})

let trust: TestTrust
beforeEach(async () => {
  trust = await createTestTrust(ca, { cluster: { name: CLUSTER.name, id: log.storeId } })
  for (let version = 2; version <= 4; version++) trust.publish()
})

/** An honest answer to a join, but for the document that the attacker has put into it. */
const answerWith = async ({ body }: Received, signed: SignedTrust | undefined) => {
  const { csr } = body as { csr: string }
  const { spki } = parseCertificateRequest(csr).publicKey
  const issued = { commonName: 'worker-1', issuer: ca, spki, purposes: ['clientAuth'] as const }
  const { certificate, pem } = await forgeCertificate(issued)
  log.append('certificate-issued', { fingerprint: certificate.fingerprint })
  return {
    node: { name: 'worker-1', role: 'worker', hosts: [], clusterAdmin: false },
    cluster: CLUSTER,
    endpoints: ['https://127.0.0.1:1'],
    trustBundles: {},
    profiles: [],
    time: new Date().toISOString(),
    certificate: pem,
    ...(signed ? { trust: signed } : {}),
    log: { ...log.receipt(certificate.fingerprint), publicKey: log.publicKey },
  }
}

/** A machine, which may have been in the cluster before. */
const newMachine = () => {
  const folder = temporaryFolder()
  const store = openIdentityStore(join(folder, 'identity'), process.geteuid?.() ?? 0)
  const kept = openTrustStore({
    directory: store.directory,
    markDirectory: join(folder, 'state'),
  })
  const joinShown = async (signed: SignedTrust | undefined): Promise<void> => {
    const listener = await startJoinListener({
      chain: [server, ca],
      joinReply: async (received) => ({ status: 200, body: await answerWith(received, signed) }),
    })
    onTestFinished(() => listener.close())
    const ticket = ticketFor(ca, listener.url)
    const session = await openJoinSession(ticket, {
      clock: () => new Date(),
      randomOctets: randomBytes,
      signal: new AbortController().signal,
      limits: { connect: PATIENCE, time: PATIENCE, join: PATIENCE },
    })
    await obtainIdentity(store, {
      ticketId: ticket.id,
      decision: { kind: 'ask' },
      session,
      trust: kept,
      node: undefined,
      awaitValidity: () => Promise.resolve(),
    }).finally(() => session.close())
  }
  return { store, kept, joinShown }
}

const codeOfJoin = (work: Promise<void>): Promise<unknown> =>
  work.then(
    () => 'joined',
    (error: unknown) => (error as { code: string }).code,
  )

describe('a man in the middle, or the CA itself, who answers a join with an old trust document', () => {
  it('is refused by a machine that has been in the cluster, which keeps what it has', async () => {
    const { store, kept, joinShown } = newMachine()
    await joinShown(trust.versions[2])
    const before = store.load()?.certificate.fingerprint
    expect(kept.load().trust?.document.version).toBe(3)
    for (const old of [trust.versions[0], trust.versions[1]])
      expect(await codeOfJoin(joinShown(old))).toBe('ERR_TRUST_ROLLED_BACK')
    expect(await codeOfJoin(joinShown(undefined))).toBe('ERR_TRUST_ROLLED_BACK')
    expect(store.load()?.certificate.fingerprint).toBe(before)
    expect(kept.load().trust?.document.version).toBe(3)
    expect(await codeOfJoin(joinShown(trust.versions[3]))).toBe('joined')
    expect(kept.load().trust?.document.version).toBe(4)
  })

  it('is refused with a second document of the version that the machine knows', async () => {
    const { joinShown } = newMachine()
    await joinShown(trust.versions[3])
    const other = trust.make({ version: 4, expiresAt: '2031-01-01T00:00:00.000Z' })
    expect(await codeOfJoin(joinShown(other))).toBe('ERR_TRUST_FORKED')
  })

  it('is refused on a new machine with one of another cluster, of the same CA or not', async () => {
    const elsewhere = await createTestTrust(await forgeCa('easycerts enrolment g1'), {
      cluster: { name: CLUSTER.name, id: log.storeId },
    })
    const named = trust.make({ cluster: { name: 'other', id: log.storeId } })
    for (const signed of [elsewhere.versions[0], named]) {
      const { store, kept, joinShown } = newMachine()
      expect(await codeOfJoin(joinShown(signed))).toBe('ERR_TRUST_UNPROVEN')
      expect(store.load()).toBeUndefined()
      expect(kept.load().trust).toBeUndefined()
    }
  })

  it('is refused on a new machine with one that a retired trust key has signed', async () => {
    const key = await generateSigningKey('ed25519')
    const retired = trust.make({ trustKeys: [trustKeyEntry(key, 'retired')] }, [key])
    retired.certifications = [await certifyTrustKey(ca, key)]
    const { store, joinShown } = newMachine()
    expect(await codeOfJoin(joinShown(retired))).toBe('ERR_TRUST_UNPROVEN')
    expect(store.load()).toBeUndefined()
  })
})
